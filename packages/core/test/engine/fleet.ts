import type { Catalogue, Plan } from '../../src/domain/action.js';
import type { Principal } from '../../src/domain/approval.js';
import type { PatternFact } from '../../src/domain/pattern.js';
import type { Policy } from '../../src/domain/policy.js';
import { signatureOf } from '../../src/domain/signature.js';
import type { Ticket } from '../../src/domain/ticket.js';
import { createRemit, type RemitOptions } from '../../src/engine/createRemit.js';
import type { Remit, TicketInput, TicketView } from '../../src/engine/remit.js';
import type { Executor } from '../../src/ports/executor.js';
import type { Queue, Work } from '../../src/ports/queue.js';
import type { Storage } from '../../src/ports/storage.js';
import {
  type MovableClock,
  memoryStorage,
  movableClock,
  type RecordingExecutor,
  recordingExecutor,
  scriptedAnalyst,
} from '../../src/testing/index.js';
import { fleetCatalogue, type Machines, machines, plan, toolsFor } from './fleetCatalogue.js';
import { approver, monitoring, operator } from './world.js';

/** A queue that does nothing by itself: the test takes each turn. */
export interface ManualQueue extends Queue {
  readonly pending: Work[];
  /** Does the piece of work at this place; nothing when there is none. */
  take(index?: number): Promise<void>;
  /** Does a piece of work, queued or not. */
  deliver(work: Work): Promise<void>;
}

/** Puts a manual queue together. Work for a later time is dropped: the engine finds it again when it is due. */
export function manualQueue(isLater: (atMs: number) => boolean): ManualQueue {
  const pending: Work[] = [];
  let handler: (work: Work) => Promise<void> = async () => {};
  let report: (error: unknown, work: Work) => void = () => {};
  return {
    pending,
    async wake(work, atMs) {
      const same = pending.some((other) => other.id === work.id && other.kind === work.kind);
      if (!same && !(atMs !== undefined && isLater(atMs))) pending.push(work);
    },
    async start(deliver, onError) {
      handler = deliver;
      report = onError;
    },
    async idle() {},
    async drain() {},
    async take(index = 0) {
      const [work] = pending.splice(index, 1);
      if (work) await this.deliver(work);
    },
    deliver: (work) => handler(work).catch((error: unknown) => report(error, work)),
  };
}

/** One engine on a shared store. */
export interface Engine {
  readonly remit: Remit;
  readonly queue: ManualQueue;
  readonly executor: RecordingExecutor;
  readonly troubles: { readonly where: string; readonly error: unknown }[];
  /** Takes turns until nothing is left to do now. */
  settle(): Promise<void>;
}

/** Machines, a store, a clock that stands still, and what an analyst says. */
export interface Fleet extends Machines, Engine {
  readonly clock: MovableClock;
  readonly storage: Storage;
  readonly said: { plan: Plan | null; confidence: number };
  /** What the analyst says of a ticket; default `said`. */
  sayFor: (ticket: Ticket) => { plan: Plan | null; confidence: number };
  engine(change?: EngineChange): Promise<Engine>;
  submit(ticketId: string, change?: Partial<TicketInput>, actor?: Principal): Promise<void>;
  /** Only analyses and decides. */
  decide(): Promise<void>;
  approve(ticketId: string, who?: Principal): Promise<void>;
  policy(change: Partial<Policy>, category?: string): Promise<void>;
  view(ticketId: string): Promise<TicketView>;
  /** `state/reason` of the ticket's latest remediation. */
  end(ticketId: string): Promise<string>;
  /** Moves the clock and takes turns. */
  later(ms: number): Promise<void>;
  learn(facts: readonly PatternFact[]): Promise<void>;
}

/** What one engine has otherwise than the others. */
export interface EngineChange {
  readonly storage?: (shared: Storage) => Storage;
  readonly executor?: (own: Executor) => Executor;
  readonly options?: Partial<RemitOptions>;
  readonly catalogue?: Catalogue;
}

/** Files a text as an earlier telling of the pattern that has a record. */
export async function tellPattern(storage: Storage, text: string): Promise<void> {
  const { version, hash, masked, words, terms } = signatureOf(text);
  const first = { ticketId: 'EARLIER', similarity: 1, known: false };
  const signature = { hash, masked, words, terms };
  await storage.patterns.adopt('acme', { patternId: PATTERN, category: 'server', signature, version, first });
}

/** How a fleet starts. */
export interface FleetSetup extends EngineChange {
  readonly plan?: Plan | null;
  readonly confidence?: number;
  readonly policy?: Partial<Policy>;
  /** Actions with a record of successes; default: all of the catalogue. */
  readonly proven?: readonly string[];
}

export const TEXT = 'service is not responding to health probes';
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const PATTERN = 'known';

/** Twenty-five approved successes, each praised, all by different people: enough to be proven. */
export function goodRecord(actionType: string, atMs: number, count = 25): readonly PatternFact[] {
  return Array.from({ length: count }, (_, n): PatternFact[] => {
    const about = { patternId: PATTERN, actionType, ticketId: `PAST-${n}`, atMs: atMs - (n + 2) * DAY };
    const outcome = {
      remediationId: `past-${n}`,
      resolved: true,
      executed: true,
      succeeded: true,
      confidence: 0.97,
      similarity: 1,
    } as const;
    return [
      { ...about, ...outcome, kind: 'outcome', principal: `fixer-${n}`, via: 'approval' },
      { ...about, kind: 'vote', principal: `voter-${n}`, verdict: 'positive', admissible: true },
    ];
  }).flat();
}

/** Ten failures, none of which can be capped. */
export function badRecord(actionType: string, atMs: number): readonly PatternFact[] {
  return goodRecord(actionType, atMs, 10)
    .filter((fact) => fact.kind === 'outcome')
    .map((fact): PatternFact => ({ ...fact, ticketId: `BAD-${fact.ticketId}`, succeeded: false, resolved: false }));
}

/** Puts a fleet together: a known pattern with a proven record, and a policy that lets it act by itself. */
export async function fleet(setup: FleetSetup = {}): Promise<Fleet> {
  const clock = movableClock();
  const storage = memoryStorage({ clock });
  const on = machines();
  const tools = toolsFor(on, () => clock.now());
  const said = {
    plan: setup.plan === undefined ? plan('restart web') : setup.plan,
    confidence: setup.confidence ?? 0.97,
  };
  let built: Fleet | null = null;
  let engines = 0;
  let seen = 0;

  async function engine(change: EngineChange = {}): Promise<Engine> {
    const name = `e${engines}`;
    engines += 1;
    const executor = recordingExecutor(tools);
    const queue = manualQueue((atMs) => atMs > clock.now());
    const troubles: Engine['troubles'] = [];
    const remit = createRemit({
      storage: (change.storage ?? ((shared) => shared))(storage),
      executor: (change.executor ?? ((own) => own))(executor),
      catalogue: change.catalogue ?? setup.catalogue ?? fleetCatalogue,
      analyst: scriptedAnalyst(({ ticket }) => ({ ...(built?.sayFor(ticket) ?? said) })),
      clock,
      queue,
      ids: {
        next(kind) {
          seen += 1;
          return `${kind}-${name}-${seen}`;
        },
      },
      ...change.options,
      settings: { recoverEveryMs: 2 ** 31 - 1, ...change.options?.settings },
    });
    remit.events.on('trouble', (trouble) => troubles.push(trouble));
    const settle = async (): Promise<void> => {
      let before = '';
      for (let turn = 0; turn < 50; turn += 1) {
        while (queue.pending.length > 0) await queue.take();
        const due = await storage.due(100);
        const left = JSON.stringify(due);
        if (left === before) return;
        before = left;
        for (const one of due.tickets) await queue.wake({ kind: 'ticket', tenant: one.tenant, id: one.ticketId });
        for (const one of due.remediations) {
          await queue.wake({ kind: 'remediation', tenant: one.tenant, id: one.remediationId });
        }
      }
      throw new Error('the fleet does not settle');
    };
    await remit.start();
    return { remit, queue, executor, troubles, settle };
  }

  const first = await engine(setup);
  await tellPattern(storage, TEXT);
  for (const action of setup.proven ?? fleetCatalogue.actions.map(({ name }) => name)) {
    await storage.patterns.learn('acme', goodRecord(action, clock.now()));
  }

  // Written out, so that what a test replaces (`behave`, `before`) is what the tools ask.
  const whole: Fleet = Object.assign(on, first, {
    sayFor: () => said,
    clock,
    storage,
    said,
    engine,
    async submit(ticketId: string, change: Partial<TicketInput> = {}, actor: Principal = monitoring) {
      const targets = ['web', 'api', 'db'].map((name) => `service:${name}`);
      const ticket = { ticketId, description: TEXT, category: 'server', optedIn: true, targets, ...change };
      await first.remit.submitTicket(actor, ticket);
    },
    async decide() {
      for (let at = first.queue.pending.findIndex(isTicket); at >= 0; at = first.queue.pending.findIndex(isTicket)) {
        await first.queue.take(at);
      }
    },
    async approve(ticketId: string, who: Principal = approver) {
      const { remediation } = await first.remit.ticket(operator, ticketId);
      const { approvalId = '', bindingHash = '' } = remediation?.approval ?? {};
      await first.remit.answerApproval(who, ticketId, { approve: true, approvalId, bindingHash });
    },
    async policy(change: Partial<Policy>, category = 'server') {
      const { version: expectedVersion } = await first.remit.policyOf(operator, category);
      await first.remit.setPolicy(operator, category, { policy: change, expectedVersion });
    },
    view: (ticketId: string) => first.remit.ticket(operator, ticketId),
    async end(ticketId: string) {
      const { remediation } = await first.remit.ticket(operator, ticketId);
      return `${remediation?.state}/${remediation?.reason}`;
    },
    async later(ms: number) {
      clock.advance(ms);
      await first.settle();
    },
    learn: (facts: readonly PatternFact[]) => storage.patterns.learn('acme', facts),
  });
  built = whole;
  await whole.policy({ requiresApproval: false, ...setup.policy });
  for (const name of ['web', 'api', 'db']) (whole.services[name] as { up: boolean }).up = false;
  return whole;
}

function isTicket(work: Work): boolean {
  return work.kind === 'ticket';
}
