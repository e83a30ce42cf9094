import { type Breakage, type Incident, playIncident } from './incident.js';
import { type Say, sayAtLength, sayShortly } from './narrate.js';
import { monitoring } from './people.js';
import type { Stage } from './stage.js';

/** What the demo reports of one use case; `history` holds its earlier incidents. */
export interface UseCaseResult {
  readonly name: string;
  readonly route: string;
  readonly reason: string;
  readonly state: string;
  /** 0..100 */
  readonly score: number;
  readonly level: string;
  /** Real time from ticket to verified fix. */
  readonly seconds: number;
  /** Remit's own share of it, ms, with every journal row waiting for the disk. */
  readonly engineMs: number;
  /** Read from the real system, as its user. */
  readonly fixed: boolean;
  readonly earlier: number;
  readonly history: readonly {
    readonly earlier: number;
    readonly route: string;
    readonly score: number;
    readonly by: string;
    readonly fixed: boolean;
  }[];
}

const MIB = 1024 * 1024;

const serviceDown: Breakage = {
  fault: 'web-crash',
  system: 'web',
  category: 'server',
  target: 'service:web',
  text: (n) => `Web service not responding (check ${4100 + n}, probe 10.0.3.${17 + n})`,
  async byHand({ byHand }) {
    await byHand.use('restart_service', { service: 'web' });
    return [{ action: 'restart_service', arguments: { service: 'web' } }];
  },
};

const storageFull: Breakage = {
  fault: 'ds1-full',
  system: 'ds1',
  category: 'storage',
  target: 'volume:ds1',
  text: (n) => `Datastore at 98% capacity, ds1 refuses writes (alert ${700 + n})`,
  async byHand({ byHand }) {
    const args = { volume: 'ds1', toBytes: 20 * MIB };
    await byHand.use('expand_volume', args);
    return [{ action: 'expand_volume', arguments: args }];
  },
};

const portFlapping: Breakage = {
  fault: 'Gi0/1-flapping',
  system: 'Gi0/1',
  category: 'network',
  target: 'interface:Gi0/1',
  text: (n) => `Port Gi0/1 flapping on switch 10.1.1.${2 + n}, interface errors rising`,
  async byHand({ byHand }) {
    await byHand.use('clear_interface_errors', { interface: 'Gi0/1' });
    await byHand.use('bounce_port', { interface: 'Gi0/1' });
    return [
      { action: 'clear_interface_errors', arguments: { interface: 'Gi0/1' } },
      { action: 'bounce_port', arguments: { interface: 'Gi0/1' } },
    ];
  },
};

function resultOf(name: string, incidents: readonly Incident[]): UseCaseResult {
  const last = incidents.at(-1);
  if (!last) throw new Error(`${name} has no incident.`);
  const told = incidents.map(({ view, by, fixed }, earlier) => {
    const { decision, reliability } = view.ticket.assessment ?? {};
    return { earlier, route: decision?.route ?? 'none', score: reliability?.score ?? 0, by, fixed };
  });
  const { assessment } = last.view.ticket;
  return {
    name,
    route: assessment?.decision.route ?? 'none',
    reason: assessment?.decision.reason ?? 'none',
    state: last.view.remediation?.state ?? 'none',
    score: assessment?.reliability.score ?? 0,
    level: assessment?.reliability.level ?? 'low',
    seconds: last.seconds,
    engineMs: last.engineMs,
    fixed: last.fixed,
    earlier: incidents.length - 1,
    history: told.slice(0, -1),
  };
}

async function sayLacking(stage: Stage, say: Say, category: string): Promise<void> {
  const { items } = await stage.remit.patterns(monitoring, { category, limit: 10, cursor: null });
  for (const { actions } of items) {
    for (const { actionType, standing, lacking } of actions) {
      say(`  pattern     ${actionType}: ${standing}${lacking.length > 0 ? `, still lacks ${lacking.join('; ')}` : ''}`);
    }
  }
}

/** Plays incidents of one kind, one after the other, 25 h apart on Remit's clock. */
async function playSeries(
  stage: Stage,
  say: Say,
  breakage: Breakage,
  from: number,
  count: number,
): Promise<readonly Incident[]> {
  const incidents: Incident[] = [];
  for (let n = from; n < from + count; n += 1) {
    const incident = await playIncident(stage, breakage, n);
    sayShortly(say, n, incident);
    incidents.push(incident);
  }
  return incidents;
}

/** Use case 1: a service is down, again and again; autonomy grows from manual over approval to auto. */
export async function playServiceDown(stage: Stage, say: Say): Promise<readonly UseCaseResult[]> {
  say('Use case 1: service down. The first time a person restarts it; then Remit asks.');
  const early = await playSeries(stage, say, serviceDown, 0, 5);
  await sayLacking(stage, say, 'server');
  say('  The operator opens category server to by_level: from 90 on Remit may act alone.');
  await stage.changePolicy('server', { requiresApproval: 'by_level' });
  const late = await playSeries(stage, say, serviceDown, 5, 11);
  const last = late.at(-1);
  if (last) sayAtLength(say, last);
  await sayLacking(stage, say, 'server');
  return [resultOf('service down', [...early, ...late])];
}

/** Use case 2: a volume is full; a critical write always waits for a person. */
export async function playStorageFull(stage: Stage, say: Say): Promise<readonly UseCaseResult[]> {
  say(
    'Use case 2: storage full. Expanding a volume is a critical write: it waits for approval, and for a fresh backup.',
  );
  await stage.changePolicy('storage', { requiresApproval: 'by_level' });
  const incidents: Incident[] = [];
  for (let n = 0; n < 9; n += 1) {
    // Between two incidents the volume goes back to its usual size, or it would outgrow the lab.
    await stage.lab.heal();
    incidents.push(...(await playSeries(stage, say, storageFull, n, 1)));
  }
  const last = incidents.at(-1);
  if (last) sayAtLength(say, last);
  await sayLacking(stage, say, 'storage');
  return [resultOf('storage full', incidents)];
}

/** Use case 3: a port flaps; with three earlier incidents Remit asks, once the pattern is eligible it acts. */
export async function playPortFlapping(stage: Stage, say: Say): Promise<readonly UseCaseResult[]> {
  say('Use case 3: port flapping. Clear the errors, then bounce the port: two steps, in this order.');
  await stage.changePolicy('network', { requiresApproval: 'by_level' });
  const asked = await playSeries(stage, say, portFlapping, 0, 4);
  const third = asked.at(-1);
  if (third) sayAtLength(say, third);
  await sayLacking(stage, say, 'network');
  const more = await playSeries(stage, say, portFlapping, 4, 1);
  say('  The operator opens category network to requiresApproval: false: an eligible pattern is enough.');
  await stage.changePolicy('network', { requiresApproval: false });
  const eligible = await playSeries(stage, say, portFlapping, 5, 1);
  say('  And back to by_level: now it takes a score of 90.');
  await stage.changePolicy('network', { requiresApproval: 'by_level' });
  const alone = await playSeries(stage, say, portFlapping, 6, 2);
  await sayLacking(stage, say, 'network');
  const known = [...asked, ...more, ...eligible];
  return [
    resultOf('port flapping, 3 earlier', asked),
    resultOf('port flapping, eligible, requiresApproval false', known),
    resultOf('port flapping, by level', [...known, ...alone]),
  ];
}

/** One more service down, on a store that does not wait for the disk: Remit's own share of the time, in ms. */
export async function measureWithoutSync(stage: Stage, say: Say): Promise<{ engineMs: number; seconds: number }> {
  // The first one after opening the file warms up; the second is what a running system shows.
  await playIncident(stage, serviceDown, 16);
  const { engineMs, seconds } = await playIncident(stage, serviceDown, 17);
  say(`Without waiting for the disk: ${seconds.toFixed(2)} s, Remit's own share ${engineMs.toFixed(1)} ms.`);
  return { engineMs, seconds };
}
