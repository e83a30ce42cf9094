import { LOOK, putOffMs } from '../domain/policy.js';
import { isReadyToRun } from '../domain/remediation/state.js';
import { type CheckName, type GuardAnswer, issueClearance, type Verdict } from '../domain/safety.js';
import { messageOf } from '../errors.js';
import type { Ids } from '../ports/ids.js';
import {
  type ClearRequest,
  deferred,
  type Finding,
  type GuardCheck,
  type GuardContext,
  named,
  superseded,
} from './guard/check.js';
import {
  approval,
  blastRadius,
  categoryEnabled,
  decisionAgain,
  killSwitch,
  killSwitchAgain,
  optIn,
  order,
  stormGuard,
  toolPins,
} from './guard/orders.js';
import { planAsDecided } from './guard/plan.js';
import { inFlight, rateSlots, targetLock } from './guard/reservations.js';
import {
  freezePeriod,
  freezePeriodAgain,
  lease,
  leaseAtFirst,
  maintenanceWindow,
  maintenanceWindowAgain,
} from './guard/time.js';
import { backup, prechecks, snapshot, snapshotAfterOwnStep, symptom, symptomOnNewTarget } from './guard/world.js';
import { pinsForCall } from './pins.js';
import type { CataloguedStep } from './reads.js';
import { Waiting } from './waiting.js';

/** In this order; the first no stops. Slots are taken last, so that nothing refused uses one up. */
const BEFORE_FIRST_WRITE: readonly GuardCheck[] = [
  killSwitch,
  optIn,
  categoryEnabled,
  decisionAgain,
  approval,
  order,
  planAsDecided,
  toolPins,
  maintenanceWindow,
  freezePeriod,
  targetLock,
  inFlight,
  stormGuard,
  blastRadius,
  backup,
  symptom,
  prechecks,
  snapshot,
  rateSlots,
  killSwitchAgain,
  lease,
];

const BEFORE_LATER_WRITE: readonly GuardCheck[] = [
  leaseAtFirst,
  killSwitch,
  optIn,
  categoryEnabled,
  order,
  planAsDecided,
  toolPins,
  maintenanceWindowAgain,
  freezePeriodAgain,
  targetLock,
  symptomOnNewTarget,
  prechecks,
  snapshotAfterOwnStep,
  killSwitchAgain,
];

const BEFORE_UNDO: readonly GuardCheck[] = [
  leaseAtFirst,
  optIn,
  order,
  planAsDecided,
  targetLock,
  toolPins,
  killSwitch,
];

const BEFORE_READ: readonly GuardCheck[] = [leaseAtFirst, killSwitch, optIn, categoryEnabled, planAsDecided, toolPins];

/** Which checks a call has to pass. */
function checksFor({ intent, steps }: ClearRequest): readonly GuardCheck[] {
  if (intent.direction === 'undo') return BEFORE_UNDO;
  const isWrite = ({ step }: CataloguedStep): boolean => step.class !== 'read_only';
  if (!steps.some((one) => one.step.step === intent.step && isWrite(one))) return BEFORE_READ;
  // A first write that is sent again answers to the same checks as the first time.
  return intent.step === steps.find(isWrite)?.step.step ? BEFORE_FIRST_WRITE : BEFORE_LATER_WRITE;
}

/** The same question, asked the first time only. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}

/** Decides, right before a call, whether it may be made. Usable alone; its yes is a {@link Clearance}. */
export class SafetyGuard {
  readonly #context: GuardContext;
  readonly #ids: Ids;

  constructor(options: GuardContext & { readonly ids: Ids }) {
    this.#context = options;
    this.#ids = options.ids;
  }

  /**
   * Makes the checks in their order and stops at the first no. A check that fails to look is a no as well.
   * Locks taken on the way are given back on a no before the first write.
   */
  async clear(asked: ClearRequest): Promise<GuardAnswer> {
    // Listed once: what the checks compared is what the clearance covers, whoever else lists the tools meanwhile.
    const request: ClearRequest = {
      tenant: asked.tenant,
      ticketId: asked.ticketId,
      remediationId: asked.remediationId,
      remediation: asked.remediation,
      intent: asked.intent,
      steps: asked.steps,
      policy: asked.policy,
      policyVersion: asked.policyVersion,
      optedIn: asked.optedIn,
      nowMs: asked.nowMs,
      leaseUntilMs: asked.leaseUntilMs,
      decideAgain: () => asked.decideAgain(),
      readTools: once(asked.readTools),
    };
    const verdicts: Verdict[] = [];
    for (const unit of checksFor(request)) {
      let finding: Finding;
      try {
        const looked = unit.look(request, this.#context);
        if (looked instanceof Waiting) {
          let answer: unknown;
          try {
            answer = await looked.asked;
          } catch (error) {
            answer = looked.failed(error);
          }
          finding = looked.take(answer);
        }
        // What answers at once is not waited for: a wait is a turn of everything else.
        else finding = looked instanceof Promise ? await looked : looked;
      } catch (error) {
        finding = await this.#lookAgain(unit, request, error);
      }
      const verdict = named(unit.check, finding);
      verdicts.push(verdict);
      if (verdict.answer !== 'yes') {
        await this.#giveBack(request);
        return { kind: 'refused', verdict, verdicts };
      }
    }
    const { tenant, remediationId, intent } = request;
    const { step, direction, tool, arguments: args, idempotencyKey } = intent;
    const { accepted } = await request.readTools();
    const clearanceId = this.#ids.next('clearance');
    const pins = pinsForCall(tool, accepted);
    const call = { clearanceId, tenant, remediationId, step, direction, tool, arguments: args, pins, idempotencyKey };
    return { kind: 'cleared', clearance: issueClearance(call), verdicts };
  }

  /** Before anything was done a check that fails to look puts the run off; later there is no such way, so it is tried again. */
  async #lookAgain(unit: GuardCheck, request: ClearRequest, failed: unknown): Promise<Finding> {
    let error = failed;
    for (let left = isReadyToRun(request.remediation) ? 0 : LOOK.again; left > 0; left -= 1) {
      await new Promise((resolve) => setTimeout(resolve, LOOK.pauseMs));
      try {
        const looked = unit.look(request, this.#context);
        return await (looked instanceof Waiting ? looked.found() : looked);
      } catch (again) {
        error = again;
      }
    }
    return failedToLook(unit.check, request, error);
  }

  async #giveBack({ tenant, remediationId, remediation }: ClearRequest): Promise<void> {
    const untouched = remediation.committed.length === 0 && remediation.state !== 'executing';
    if (untouched) await this.#context.storage.locks.release(tenant, remediationId);
  }
}

/** Nobody said no, so nothing ends for good: it waits, ever longer, or what was begun is decided anew or taken back. */
function failedToLook(check: CheckName, { remediation, nowMs }: ClearRequest, error: unknown): Finding {
  const because = `The check could not be made: ${messageOf(error)}`;
  if (!isReadyToRun(remediation)) return superseded(because);
  return deferred(nowMs + putOffMs(remediation.putOff, check), because);
}
