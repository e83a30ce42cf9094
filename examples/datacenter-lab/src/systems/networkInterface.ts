import { connect, type Socket } from 'node:net';
import { z } from 'zod';
import { command } from '../request.js';
import type { ManagedSystem, Probe, System } from './system.js';

/** What `interface_status` finds. */
export interface InterfaceStatus {
  interface: string;
  adminUp: boolean;
  /** `down`: nothing gets in. `flapping`: some or all connections are reset. */
  link: 'up' | 'down' | 'flapping';
  errorCount: number;
  failedConnectionsPercent: number;
}

const stateSchema = z.object({ adminUp: z.boolean(), errorCount: z.number() });
/** Start offsets of the round trips, milliseconds: spread over more than one carrier period. */
const tripStartsMs = [0, 20, 40, 60];
/** A connection is held this long, longer than a carrier period, so that none slips through between two losses. */
const holdMs = 80;
/** More errors than this, and a bounce alone leaves the port as bad as it was. */
const bounceErrorLimit = 100;

type Trip = 'ok' | 'refused' | 'reset' | 'timeout';

/** Connects, sends a line, holds the connection, sends another; both have to come back. */
function makeRoundTrip(port: number): Promise<Trip> {
  return new Promise((resolve) => {
    const socket: Socket = connect(port, '127.0.0.1');
    const end = (trip: Trip) => {
      clearTimeout(deadline);
      socket.destroy();
      resolve(trip);
    };
    const deadline = setTimeout(() => end('timeout'), 2000);
    let received = '';
    socket.on('connect', () => socket.write('one\n'));
    socket.on('data', (chunk) => {
      received += chunk.toString();
      if (received === 'one\n') setTimeout(() => socket.write('two\n'), holdMs);
      if (received === 'one\ntwo\n') end('ok');
    });
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code === 'ECONNREFUSED' ? 'refused' : 'reset'));
    socket.on('close', () => end('reset'));
  });
}

async function makeRoundTrips(port: number): Promise<Trip[]> {
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  return await Promise.all(tripStartsMs.map((ms) => wait(ms).then(() => makeRoundTrip(port))));
}

function judge(trips: readonly Trip[]): InterfaceStatus['link'] {
  if (trips.every((trip) => trip === 'ok')) return 'up';
  return trips.every((trip) => trip === 'refused') ? 'down' : 'flapping';
}

function manage(system: ManagedSystem): { port: number; token: string } {
  return { port: system.managementPort, token: system.token };
}

async function readState(system: ManagedSystem): Promise<z.infer<typeof stateSchema>> {
  return stateSchema.parse(await command(manage(system), 'GET', '/state'));
}

/** Reads the port's counter, then makes round trips through it (which, on a bad port, count as errors afterwards). */
export async function readInterfaceStatus(system: ManagedSystem): Promise<InterfaceStatus> {
  const { adminUp, errorCount } = await readState(system);
  const trips = await makeRoundTrips(system.port);
  const failed = trips.filter((trip) => trip !== 'ok').length;
  const failedConnectionsPercent = Math.round((failed / trips.length) * 100);
  return { interface: system.name, adminUp, link: judge(trips), errorCount, failedConnectionsPercent };
}

/** What a user sees who talks through the port. */
export async function useInterface(system: System): Promise<Probe> {
  const trips = await makeRoundTrips(system.port);
  const failed = trips.filter((trip) => trip !== 'ok');
  if (failed.length === 0) return { ok: true, detail: 'every round trip came back' };
  return { ok: false, detail: `${failed.length} of ${trips.length} connections failed: ${failed[0]}` };
}

/** Sets the error counter to zero. Does nothing about what causes the errors. */
export async function clearErrors(system: ManagedSystem): Promise<{ clearedErrors: number }> {
  const answer = await command(manage(system), 'POST', '/clear-errors', {});
  return z.object({ clearedErrors: z.number() }).parse(answer);
}

/**
 * Takes the port down and up again, which initialises its transceiver, and looks at the link afterwards.
 * With more than 100 errors on the counter the port comes back as bad as it was.
 * @throws LabError `refused` when the port is administratively down.
 */
export async function bouncePort(system: ManagedSystem): Promise<{ link: InterfaceStatus['link'] }> {
  await command(manage(system), 'POST', '/bounce', {});
  return { link: judge(await makeRoundTrips(system.port)) };
}

/** Switches the port on or off. */
export async function setAdminUp(system: ManagedSystem, up: boolean): Promise<{ adminUp: boolean }> {
  const { adminUp } = stateSchema.parse(await command(manage(system), 'POST', '/admin', { up }));
  return { adminUp };
}

/** Makes the transceiver noisy and keeps traffic on the port until its counter shows it. */
export async function makeFlap(system: ManagedSystem): Promise<void> {
  await setAdminUp(system, true);
  await command(manage(system), 'POST', '/transceiver', { noisy: true });
  for (let rounds = 0; rounds < 100; rounds += 1) {
    await Promise.all(Array.from({ length: 40 }, () => makeRoundTrip(system.port)));
    if ((await readState(system)).errorCount > bounceErrorLimit + 20) return;
  }
  throw new Error(`${system.name} does not flap`);
}
