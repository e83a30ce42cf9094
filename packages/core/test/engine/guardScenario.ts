import type { CheckName } from '../../src/domain/safety.js';
import type { Executor } from '../../src/ports/executor.js';
import type { Fleet, FleetSetup } from './fleet.js';
import { plan } from './fleetCatalogue.js';

/** A write that exactly one protection stops. */
export interface Scenario {
  readonly name: string;
  /** The checks that are taken out in the counter-proof. Almost always one. */
  readonly without: readonly CheckName[];
  /** What holds it back all the same with `without` taken out: what the executor says. Nothing by default. */
  readonly executorSays?: string;
  /** The check whose verdict the log must name; default the one of `without`. */
  readonly named?: CheckName;
  /** `state/reason` of the remediation that was refused. */
  readonly ends: string;
  readonly setup?: FleetSetup;
  /** Everything up to the moment at which a write would be sent. */
  act(f: Fleet): Promise<void>;
  /** The executor's last look would stop it as well: it is taken out too. */
  readonly deaf?: boolean;
  /** Writes that happen nevertheless, before the protection; default 0. */
  readonly writesBefore?: number;
  /** The order of the specification uses slots up here, or keeps the locks. */
  readonly keeps?: 'slots' | 'locks' | 'both';
}

/** An executor that sends without looking once more. */
export const deafExecutor = (own: Executor): Executor => ({
  ...own,
  call: (request, options) => own.call({ ...request, refusedNow: async () => null }, options),
});

/** Submits T and lets everything run. */
export const submitAndSettle = async (f: Fleet): Promise<void> => {
  await f.submit('T');
  await f.settle();
};

/** Changes something after the decision and before the run. */
export const between =
  (change: (f: Fleet) => Promise<unknown> | unknown) =>
  async (f: Fleet): Promise<void> => {
    await f.submit('T');
    await f.decide();
    await change(f);
    await f.settle();
  };

/** Changes something after a person's yes and before the run. */
export const afterYes =
  (change: (f: Fleet) => Promise<unknown> | unknown) =>
  async (f: Fleet): Promise<void> => {
    await f.submit('T');
    await f.settle();
    await f.approve('T');
    await change(f);
    await f.settle();
  };

/** Changes something while the first of two writes happens. */
export const duringFirst =
  (change: (f: Fleet) => Promise<unknown> | unknown) =>
  async (f: Fleet): Promise<void> => {
    f.before = async (tool) => {
      if (tool === 'ops/enable' && f.effects.length === 0) await change(f);
    };
    await submitAndSettle(f);
  };

/** Two writes, the first of which can be undone. */
export const TWO_STEPS: FleetSetup = { plan: plan('enable web', 'enable api') };
/** A person has to say yes. */
export const ASKS: FleetSetup = { policy: { requiresApproval: true } };
