import { z } from 'zod';
import { request } from '../request.js';
import type { Probe, System } from './system.js';

/** Milliseconds after which a service that has a process but gives no answer counts as hung. */
const hungAfterMs = 250;

/** What `service_status` finds. */
export interface ServiceStatus {
  service: string;
  state: 'running' | 'crashed' | 'hung';
  responding: boolean;
  /** 0 when there was no answer. */
  httpStatus: number;
  latencyMs: number;
  /** 0 when there is no process. */
  pid: number;
  restarts: number;
}

const page = z.object({ service: z.string(), pid: z.number() });

/** Sends the service a request and times it. */
export async function readServiceStatus(system: System): Promise<ServiceStatus> {
  const start = performance.now();
  const response = await request({ port: system.port, path: '/', timeoutMs: hungAfterMs });
  const latencyMs = Math.round(performance.now() - start);
  // Without its own process, whatever answers on the port is somebody else.
  const responding = response.status === 200 && system.pid !== 0;
  const state = system.pid === 0 ? 'crashed' : responding ? 'running' : 'hung';
  const httpStatus = system.pid === 0 ? 0 : response.status;
  const { name: service, pid, restarts } = system;
  return { service, state, responding, httpStatus, latencyMs, pid, restarts };
}

/** What a visitor of the service sees; a visitor has a little more patience than the operator. */
export async function useService(system: System): Promise<Probe> {
  const response = await request({ port: system.port, path: '/', timeoutMs: 1000 });
  if (response.status === 0) return { ok: false, detail: `no answer: ${response.failure}` };
  if (response.status !== 200) return { ok: false, detail: `answered ${response.status}` };
  const parsed = page.safeParse(JSON.parse(response.body.toString()));
  const own = parsed.success && parsed.data.service === system.name && parsed.data.pid === system.pid;
  return own ? { ok: true, detail: 'answered 200' } : { ok: false, detail: 'a stranger answers on this port' };
}

/** Waits until the service answers. True when it does within `withinMs`. */
export async function awaitService(system: System, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    const response = await request({ port: system.port, path: '/', timeoutMs: 1000 });
    if (response.status === 200) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}

/** Hangs the service by its own bug: every /export takes a connection out of the pool for good. */
export async function exhaustConnections(system: System): Promise<void> {
  for (let rounds = 0; rounds < 20; rounds += 1) {
    const exports = Array.from({ length: 4 }, () => request({ port: system.port, path: '/export', timeoutMs: 100 }));
    await Promise.all(exports);
    const { state } = await readServiceStatus(system);
    if (state === 'hung') return;
  }
  throw new Error(`${system.name} does not hang`);
}
