import fc from 'fast-check';
import type { Policy } from '../../src/domain/policy.js';
import { type LogRow, RECONCILE_ANSWERS, type ReconcileAnswer } from '../../src/domain/remediation.js';
import type { Work } from '../../src/ports/queue.js';
import { type CrashPoint, mortal } from './crash.js';
import { type Engine, type EngineChange, type Fleet, fleet, HOUR } from './fleet.js';
import { type Behaviour, plan } from './fleetCatalogue.js';
import { operator, person } from './world.js';

/** A world's history before it happens. */
export interface Script {
  readonly policy: Partial<Policy>;
  readonly tickets: readonly {
    readonly actions: readonly string[];
    readonly optedIn: boolean;
    readonly named: boolean;
    readonly answer: 'yes' | 'no' | 'self' | 'none';
    /** What people say when it is parked; orders only where they are possible. */
    readonly parked: ReconcileAnswer | 'none';
  }[];
  readonly behaviours: readonly Behaviour[];
  /** Services that are healthy from the start. */
  readonly healthy: readonly string[];
  /** What happens from outside, by turn. */
  readonly events: readonly { readonly turn: number; readonly what: Happening }[];
  /** What happens while a call is on its way, by the number of the call. */
  readonly inside: readonly { readonly call: number; readonly what: Happening }[];
  /** Which piece of work is taken, and by how many at once. */
  readonly turns: readonly { readonly pick: number; readonly together: boolean }[];
  readonly crash: CrashPoint | null;
}

const HAPPENINGS = [
  'halt',
  'lift',
  'optOut',
  'optIn',
  'switchOff',
  'stricter',
  'looser',
  'toolChanges',
  'load',
  'mend',
  'hour',
] as const;
type Happening = (typeof HAPPENINGS)[number];

/** A call as it arrived at a tool, with all that was in the log at that moment. */
export interface Witness {
  readonly tool: string;
  readonly service: string;
  readonly key: string;
  readonly atMs: number;
  readonly wasUp: boolean;
  /** The tickets that were opted in, and whether a halt was in force, at that moment. */
  readonly optedIn: readonly string[];
  readonly halted: boolean;
  readonly rows: readonly LogRow[];
}

/** What came of a script. */
export interface Trace {
  readonly f: Fleet;
  readonly witnesses: readonly Witness[];
  readonly rows: readonly LogRow[];
  readonly ticketIds: readonly string[];
  /** Answers that were acknowledged: ticket and person. */
  readonly answered: readonly (readonly [ticketId: string, by: string])[];
  readonly died: boolean;
}

const ACTIONS = ['restart web', 'restart api', 'enable web', 'enable api', 'enable db', 'resize web', 'inspect db'];
const ODD = ['wipe db', 'nosuch web', 'restart nowhere'];
const behaviour = fc.constantFrom<Behaviour>('works', 'refuses', 'does_nothing', 'lost_before', 'lost_after');

/** Scripts in which much is lost and people answer for it: opted in, named, mostly undoable, orders wherever possible. */
export function troubled(): fc.Arbitrary<Script> {
  const action = fc.constantFrom('enable web', 'enable api', 'enable db', 'restart web', 'restart api');
  const bad = fc.constantFrom<Behaviour>('works', 'lost_before', 'lost_after', 'does_nothing', 'lost_before');
  const ticket = fc.record({
    actions: fc.array(action, { minLength: 1, maxLength: 3 }),
    optedIn: fc.constant(true),
    named: fc.constant(true),
    answer: fc.constant('yes' as const),
    parked: fc.constantFrom<ReconcileAnswer>('send_again', 'roll_back', 'roll_back', 'happened', 'accept'),
  });
  const policy = fc.record({ requiresApproval: fc.boolean(), approvers: fc.integer({ min: 1, max: 2 }) });
  const rest = { healthy: fc.constant([]), tickets: fc.array(ticket, { minLength: 1, maxLength: 2 }), policy };
  const behaviours = fc.array(bad, { minLength: 3, maxLength: 8 });
  return scripts().chain((script) => fc.record({ ...rest, behaviours }).map((change) => ({ ...script, ...change })));
}

/** Automatic plans on several targets, one worker at a time, which somebody mends between or during calls. */
export function mended(): fc.Arbitrary<Script> {
  const actions = fc.shuffledSubarray(['enable web', 'enable api', 'enable db', 'inspect db'], {
    minLength: 2,
    maxLength: 3,
  });
  const ticket = fc.record({
    actions,
    optedIn: fc.constant(true),
    named: fc.constant(true),
    answer: fc.constant('none' as const),
    parked: fc.constant('none' as const),
  });
  const what = fc.constant('mend' as const);
  return fc.record({
    policy: fc.constant({ requiresApproval: false as const }),
    tickets: fc.array(ticket, { minLength: 1, maxLength: 2 }),
    behaviours: fc.constant([]),
    healthy: fc.constant([]),
    events: fc.array(fc.record({ turn: fc.nat(3), what }), { maxLength: 2 }),
    inside: fc.array(fc.record({ call: fc.nat(3), what }), { maxLength: 2 }),
    turns: fc.constant([{ pick: 0, together: false }]),
    crash: fc.constant(null),
  });
}

/** Random scripts. `calm` ones have no crash, no lost calls and nothing from outside. */
export function scripts({ calm = false }: { readonly calm?: boolean } = {}): fc.Arbitrary<Script> {
  const action = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...ACTIONS) },
    { weight: 1, arbitrary: fc.constantFrom(...ODD) },
  );
  const works = fc.constant<Behaviour>('works');
  const turn = fc.record({ pick: fc.nat(20), together: fc.boolean() });
  const crash = fc.record({
    at: fc.integer({ min: 1, max: 110 }),
    when: fc.constantFrom('before' as const, 'after' as const),
  });
  return fc.record({
    policy: fc.record({
      requiresApproval: fc.constantFrom<Policy['requiresApproval']>(false, false, 'by_level', true),
      criticalAutoApprove: fc.boolean(),
      maxActionsPerHour: fc.integer({ min: 1, max: 4 }),
      approvers: fc.integer({ min: 1, max: 2 }),
    }),
    tickets: fc.array(
      fc.record({
        actions: fc.array(action, { minLength: 1, maxLength: 3 }),
        optedIn: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
        named: fc.boolean(),
        answer: fc.constantFrom('yes' as const, 'yes' as const, 'no' as const, 'self' as const, 'none' as const),
        parked: fc.constantFrom<ReconcileAnswer | 'none'>(...RECONCILE_ANSWERS, 'send_again', 'roll_back', 'none'),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    behaviours: fc.array(
      calm ? works : fc.oneof({ weight: 2, arbitrary: works }, { weight: 1, arbitrary: behaviour }),
      { maxLength: 8 },
    ),
    healthy: fc.subarray(['web', 'api', 'db'], { maxLength: 1 }),
    events: calm
      ? fc.constant([])
      : fc.array(fc.record({ turn: fc.nat(12), what: fc.constantFrom(...HAPPENINGS) }), { maxLength: 3 }),
    inside: calm
      ? fc.constant([])
      : fc.array(fc.record({ call: fc.nat(5), what: fc.constantFrom(...HAPPENINGS) }), { maxLength: 2 }),
    turns: fc.array(turn, { minLength: 1, maxLength: 12 }),
    crash: calm ? fc.constant(null) : fc.option(crash, { freq: 3 }),
  });
}

async function happen(f: Fleet, what: Happening): Promise<void> {
  switch (what) {
    case 'halt':
      await f.remit.halt(operator, { reason: 'fire' });
      return;
    case 'lift':
      for (const { haltId } of await f.remit.halts(operator)) await f.remit.liftHalt(operator, haltId);
      return;
    case 'optOut':
      await f.remit.setOptIn(operator, 'T0', false).catch(() => {});
      return;
    case 'optIn':
      await f.remit.setOptIn(operator, 'T0', true).catch(() => {});
      return;
    case 'switchOff':
      return f.policy({ enabled: false });
    case 'stricter':
      return f.policy({ requiresApproval: true, minReliabilityScore: 90 });
    case 'looser':
      return f.policy({ enabled: true, requiresApproval: false, maxActionsPerHour: 4 });
    case 'toolChanges': {
      const tools = { pins: { 'ops/restart': 'another' }, definitions: {}, principal: 'olga', atMs: 0, onlyNew: false };
      await f.storage.pins.accept('acme', 'recording', tools);
      return;
    }
    case 'load':
      for (const service of Object.values(f.services)) service.load += 20;
      return;
    case 'mend':
      for (const service of Object.values(f.services)) service.up = true;
      return;
    case 'hour':
      f.clock.advance(HOUR / 2);
      return;
    default:
      return what satisfies never;
  }
}

/** Everything people still have to say; true when somebody said something new. */
async function people(f: Fleet, script: Script, answered: [string, string][]): Promise<void> {
  for (const [n, { answer, parked }] of script.tickets.entries()) {
    const ticketId = `T${n}`;
    const { remediation } = await f.view(ticketId);
    for (const id of parked === 'none' ? [] : ['sue', 'gil', 'hana']) {
      const option = (await f.view(ticketId)).remediation?.options.find((one) => one.answer === parked);
      const said = option && { answer: option.answer, bindingHash: option.bindingHash };
      // Sue handed the ticket in: what she may not say is refused.
      if (said) await f.remit.reconcile(person(id, ['remediation:approve']), ticketId, said).catch(() => {});
    }
    if (remediation?.state !== 'awaiting_approval' || answer === 'none') continue;
    const { approvalId = '', bindingHash = '' } = remediation.approval ?? {};
    // One no ends it; the same no from somebody else would be acknowledged without a row of its own.
    const who = answer === 'self' ? ['sue'] : answer === 'no' ? ['gil'] : ['gil', 'hana'];
    for (const id of who) {
      const said = { approve: answer !== 'no', approvalId, bindingHash };
      const answering = f.remit.answerApproval(person(id, ['remediation:approve']), ticketId, said);
      await answering.then(() => answered.push([ticketId, id])).catch(() => {});
    }
  }
}

/** What fails, once everything has started. */
export type Breaks = (isOn: () => boolean) => EngineChange;

/** Plays a script to its end: two workers on one store, one of which may die and is replaced. */
export async function play(script: Script, broken: Breaks = () => ({})): Promise<Trace> {
  let started = false;
  const breaks = broken(() => started);
  const f = await fleet({ plan: null, policy: script.policy, ...breaks });
  const life = mortal(script.crash);
  const workers: Engine[] = [await f.engine({ ...life, ...breaks }), await f.engine(breaks)];
  started = true;
  life.arm();
  const witnesses: Witness[] = [];
  const answered: [string, string][] = [];
  const ticketIds = script.tickets.map((_, n) => `T${n}`);
  const allRows = async (): Promise<LogRow[]> =>
    (await Promise.all(ticketIds.map((id) => f.storage.remediations.logOf('acme', id)))).flat();
  const left = [...script.behaviours];
  f.behave = () => left.shift() ?? 'works';
  f.before = async (tool, service, key) => {
    if (key === null) return;
    const wasUp = f.services[service]?.up === true;
    const tickets = await Promise.all(ticketIds.map((id) => f.storage.tickets.find('acme', id)));
    const optedIn = tickets.flatMap((ticket) => (ticket?.optedIn ? [ticket.ticketId] : []));
    const halted = (await f.storage.halts.inForce('acme')).length > 0;
    const call = witnesses.length;
    witnesses.push({ tool, service, key, atMs: f.clock.now(), wasUp, optedIn, halted, rows: await allRows() });
    for (const { call: at, what } of script.inside) if (at === call) await happen(f, what);
  };
  for (const name of script.healthy) Object.assign(f.services[name] ?? {}, { up: true });
  const sue = person('sue');
  for (const [n, { actions, optedIn, named }] of script.tickets.entries()) {
    f.said.plan = plan(...actions);
    const change = named ? { optedIn } : { optedIn, targets: [] };
    await f.submit(`T${n}`, { ...change, metadata: { actions: [...actions] } }, sue);
  }
  f.sayFor = (ticket) => ({ plan: plan(...(ticket.metadata['actions'] as string[])), confidence: 0.97 });
  let replaced = false;
  for (let turn = 0; turn < 60; turn += 1) {
    for (const { turn: at, what } of script.events) if (at === turn) await happen(f, what);
    if (life.isDead() && !replaced) {
      replaced = true;
      workers[0] = await f.engine(breaks);
      // Whoever died held leases: they have to run out first.
      f.clock.advance(120_000);
    }
    if (turn % 3 === 2) await people(f, script, answered);
    const due = await f.storage.due(100);
    const works: Work[] = [
      ...due.tickets.map(({ tenant, ticketId: id }): Work => ({ kind: 'ticket', tenant, id })),
      ...due.remediations.map(({ tenant, remediationId: id }): Work => ({ kind: 'remediation', tenant, id })),
    ];
    if (works.length === 0) {
      // Nothing to do now: time passes, so that calls become readable and what was put off comes due.
      f.clock.advance(turn < 40 ? 1_000 : HOUR);
      continue;
    }
    const { pick, together } = script.turns[turn % script.turns.length] ?? { pick: 0, together: false };
    const first = works[pick % works.length] as Work;
    const second = works[(pick + 1) % works.length] as Work;
    await Promise.all([
      workers[pick % 2]?.queue.deliver(first),
      together ? workers[(pick + 1) % 2]?.queue.deliver(second) : null,
    ]);
    f.clock.advance(600);
  }
  await f.later(121_000);
  return { f, witnesses, rows: await allRows(), ticketIds, answered, died: life.isDead() };
}
