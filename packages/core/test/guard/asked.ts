import { planHashOf } from '../../src/domain/action.js';
import { resolvePlan } from '../../src/domain/catalogue.js';
import { DEFAULT_POLICY, GUARD } from '../../src/domain/policy.js';
import type { Proposal, StartedRemediation } from '../../src/domain/remediation.js';
import type { ClearRequest, Finding, GuardCheck, GuardContext } from '../../src/engine/guard/check.js';
import { SafetyGuard } from '../../src/engine/safetyGuard.js';
import { Waiting } from '../../src/engine/waiting.js';
import { type MovableClock, memoryStorage, movableClock, recordingExecutor } from '../../src/testing/index.js';
import { fleetCatalogue, type Machines, machines, plan, toolsFor } from '../engine/fleetCatalogue.js';
import { intent, proposal, proposed, stateOf } from '../remediationLog.js';

/** All that the guard looks through: services that are down, and a store with nothing in it. */
export interface Post extends GuardContext {
  readonly clock: MovableClock;
  readonly on: Machines;
  readonly guard: SafetyGuard;
}

export function post(change: Partial<GuardContext> = {}): Post {
  const clock = movableClock();
  const on = machines();
  for (const service of Object.values(on.services)) service.up = false;
  const executor = recordingExecutor(toolsFor(on, () => clock.now()));
  const context: GuardContext = {
    storage: memoryStorage({ clock }),
    executor,
    catalogue: fleetCatalogue,
    settings: { readTimeoutMs: 1_000, limits: GUARD },
    ...change,
  };
  let ids = 0;
  const next = (kind: string): string => {
    ids += 1;
    return `${kind}-${ids}`;
  };
  return { ...context, clock, on, guard: new SafetyGuard({ ...context, ids: { next } }) };
}

/** A plan in words, with its entries, and its first step about to be asked for. */
export interface Asked extends ClearRequest {
  readonly remediation: StartedRemediation & { readonly proposal: Proposal };
}

export interface Change extends Partial<Omit<ClearRequest, 'remediation'>> {
  /** Of the state of the run. */
  readonly run?: object;
  /** Of what was proposed. */
  readonly said?: Partial<Proposal>;
  /** The step that is asked about; default the first. */
  readonly step?: number;
  readonly direction?: 'do' | 'undo';
}

/** What the guard is asked for a plan like `restart web`, with nothing in its way. */
export function asked(words: string | readonly string[], change: Change = {}): Asked {
  const what = plan(...[words].flat());
  const resolved = resolvePlan(fleetCatalogue, what, 'acme');
  if (!resolved.ok) throw new Error(`No plan: ${JSON.stringify(resolved)}`);
  const steps = resolved.actions.map((step) => {
    const entry = fleetCatalogue.actions.find(({ name }) => name === step.action);
    if (!entry) throw new Error(`${step.action} is in no catalogue.`);
    return { step, entry };
  });
  const { run, said, step = 0, direction = 'do', ...rest } = change;
  const told = {
    ...proposal('auto', steps.length),
    plan: what,
    planHash: planHashOf(what),
    steps: resolved.actions,
    snapshot: Object.fromEntries(steps.map((_, n) => [n, { '/load': 50 }])),
    ...said,
  };
  const state = { ...(stateOf(proposed()) as StartedRemediation), proposal: told, ...run } as Asked['remediation'];
  const tool = steps[step]?.entry.tool ?? '';
  const call = { tool, arguments: what.actions[step]?.arguments ?? {} };
  const tools = [...new Set(['ops/status', 'ops/backup', ...fleetCatalogue.actions.map((entry) => entry.tool)])];
  const pins = Object.fromEntries([...tools, 'ops/disable'].map((name) => [name, `pin of ${name}`]));
  return {
    tenant: 'acme',
    ticketId: 'T',
    remediationId: 'r',
    remediation: state,
    intent: intent(step, direction, { ...call, ...(direction === 'undo' ? { tool: 'ops/disable' } : {}) }),
    steps,
    policy: DEFAULT_POLICY,
    policyVersion: 1,
    optedIn: true,
    nowMs: Date.UTC(2026, 0, 5, 9),
    leaseUntilMs: Date.UTC(2026, 0, 5, 10),
    decideAgain: async () => told,
    readTools: async () => ({ now: { pins, definitions: {} } as never, accepted: pins }),
    ...rest,
  };
}

/** What one check finds. */
export async function found(
  check: GuardCheck,
  request: ClearRequest,
  context: GuardContext = post(),
): Promise<Finding> {
  const looked = check.look(request, context);
  return looked instanceof Waiting ? looked.found() : looked;
}
