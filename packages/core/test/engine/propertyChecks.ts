import { createHash } from 'node:crypto';
import { bindingHashOf } from '../../src/domain/approval.js';
import { canonicalJson } from '../../src/domain/canonical.js';
import { type Decision, decideRoute, downgrade, type Finding, type Route } from '../../src/domain/decision.js';
import { type DecidedAbout, recompute } from '../../src/domain/recompute.js';
import {
  type DecisionBasis,
  type Intent,
  type LogRow,
  type Proposal,
  projectionOf,
  replay,
} from '../../src/domain/remediation.js';
import { HOUR } from './fleet.js';
import { fleetCatalogue } from './fleetCatalogue.js';
import type { Trace, Witness } from './simulation.js';

/* Each of these names what is wrong with a trace; an empty list is a property that held. */

function byRemediation(rows: readonly LogRow[]): readonly (readonly LogRow[])[] {
  const found = new Map<string, LogRow[]>();
  for (const row of rows) found.set(row.remediationId, [...(found.get(row.remediationId) ?? []), row]);
  return [...found.values()];
}

function intentOf({ key, rows }: Witness): { readonly run: readonly LogRow[]; readonly intent: Intent } | null {
  for (const run of byRemediation(rows)) {
    for (const { event } of run) {
      if (event.type === 'action_intended' && event.idempotencyKey === key) return { run, intent: event };
    }
  }
  return null;
}

function proposalOf(run: readonly LogRow[]): Proposal {
  const first = run[0]?.event;
  if (first?.type !== 'proposed') throw new Error('a log does not begin with a proposal');
  return first;
}

/** 1: opt-in, catalogue entry, clearance and, where the route says so, a valid approval of exactly what was shown. */
export function unauthorised({ witnesses }: Trace): readonly string[] {
  return witnesses.flatMap((witness): string[] => {
    const found = intentOf(witness);
    if (!found) return [`${witness.tool} without an intent`];
    const { run, intent } = found;
    const proposal = proposalOf(run);
    const faults: string[] = [];
    const entry = fleetCatalogue.actions.find(({ name }) => name === intent.action);
    const tool = intent.direction === 'do' ? entry?.tool : entry?.undo?.tool;
    if (tool !== witness.tool) faults.push(`${witness.tool} is not the tool of ${intent.action}`);
    const ticketId = run[0]?.ticketId ?? '';
    if (!proposal.optedIn || !witness.optedIn.includes(ticketId)) faults.push(`${witness.tool} while not opted in`);
    if (witness.halted) faults.push(`${witness.tool} under a halt`);
    faults.push(...unordered(run, proposal));
    const cleared = run.findLast(({ event }) => event.type === 'cleared')?.event;
    const allYes = cleared?.type === 'cleared' && cleared.verdicts.every(({ answer }) => answer === 'yes');
    if (!allYes || cleared.step !== intent.step) faults.push('no clearance');
    const { route } = proposal.decision;
    const isTakeOver = run.some(({ event }) => event.type === 'taken_over');
    if (isTakeOver) return faults;
    if (route === 'approval') faults.push(...unapproved(run, proposal));
    else if (route !== 'auto') faults.push(`a write of route ${route}`);
    return faults;
  });
}

/** What a person ordered about something parked: given by enough people, for what was shown, and used up once. */
function unordered(run: readonly LogRow[], proposal: Proposal): readonly string[] {
  const last = run.findLast(
    ({ event }) =>
      event.type === 'taken_over' ||
      (event.type === 'reconciliation_answered' && ['send_again', 'roll_back'].includes(event.answer)),
  )?.event;
  if (!last || (last.type !== 'taken_over' && last.type !== 'reconciliation_answered')) return [];
  const requested =
    last.type === 'taken_over'
      ? last.approval
      : run
          .map(({ event }) => event)
          .find((event) => event.type === 'approval_requested' && event.bindingHash === last.bindingHash);
  if (!requested || !('needed' in requested)) return ['an order that nobody was shown'];
  const { approvalId, binding, bindingHash, needed } = requested;
  const by =
    last.type === 'taken_over'
      ? last.approval.consents.map((consent) => consent.by)
      : run.flatMap(({ event }) =>
          event.type === 'approval_given' && event.approvalId === approvalId ? [event.by] : [],
        );
  const used = run.filter(({ event }) => event.type === 'approval_consumed' && event.approvalId === approvalId);
  const faults: string[] = [];
  if (bindingHashOf(binding) !== bindingHash || !binding.order) faults.push('the order is not of what was shown');
  if (new Set(by).size < needed) faults.push('too few ordered it');
  if (by.includes(proposal.submitter)) faults.push('a barred person ordered it');
  if (used.length !== 1) faults.push(`the order was used ${used.length} times`);
  return faults;
}

function unapproved(run: readonly LogRow[], proposal: Proposal): readonly string[] {
  const requested = run.find(({ event }) => event.type === 'approval_requested' && !event.binding.order)?.event;
  if (requested?.type !== 'approval_requested') return ['nobody was asked'];
  const { binding, bindingHash, needed, barred, approvalId } = requested;
  const yes = run.flatMap(({ event, actor }) =>
    event.type === 'approval_given' && event.approvalId === approvalId && event.by === actor ? [event.by] : [],
  );
  const faults: string[] = [];
  if (bindingHashOf(binding) !== bindingHash) faults.push('the hash is not of what was shown');
  const planned = proposal.steps.map(({ action, arguments: args }) => ({ action, arguments: args }));
  if (JSON.stringify(binding.plan.actions) !== JSON.stringify(planned)) faults.push('another plan was shown');
  if (new Set(yes).size < needed) faults.push('too few said yes');
  if (yes.some((by) => barred[by] !== undefined || by === proposal.submitter)) faults.push('a barred person said yes');
  if (run.filter(({ event }) => event.type === 'approval_consumed' && event.approvalId === approvalId).length !== 1)
    faults.push('the approval was not consumed');
  return faults;
}

/** 2: nothing is sent twice unless the tool dedupes and a read said no, or a person ordered it. */
export function sentTwice({ witnesses }: Trace): readonly string[] {
  return witnesses.flatMap((witness, at): string[] => {
    const before = witnesses.slice(0, at).filter(({ key }) => key === witness.key);
    if (before.length === 0) return [];
    const found = intentOf(witness);
    // An order to take back is one to send the undo, also once more where it did not hold the first time.
    const ordered = found?.intent.direction === 'undo' ? ['send_again', 'roll_back'] : ['send_again'];
    const leave = (found?.run ?? []).filter(
      ({ event }) =>
        (event.type === 'reconciled' && event.answer === 'did_not_happen' && event.mayResend) ||
        (event.type === 'reconciliation_answered' && ordered.includes(event.answer)),
    );
    const orders = leave.filter(({ event }) => event.type === 'reconciliation_answered').length;
    const fine = leave.length >= before.length && (found?.intent.dedupes === true || orders >= before.length);
    return fine ? [] : [`${witness.tool} was sent again`];
  });
}

/** 3: no rolling hour holds more writes than the category's or the tenant's limit. */
export function overLimit({ f }: Trace, limit: number): readonly string[] {
  const times = f.effects.filter(({ tool }) => tool !== 'ops/disable').map(({ atMs }) => atMs);
  return times.flatMap((from) => {
    const within = times.filter((at) => at >= from && at < from + HOUR).length;
    return within > limit ? [`${within} writes in an hour, ${limit} are allowed`] : [];
  });
}

/** Whether the log itself says that an effect stands: writes that were committed, less those that were taken back. */
function stands(run: readonly LogRow[]): boolean {
  const looks = proposalOf(run)
    .steps.filter((step) => step.class === 'read_only')
    .map(({ step }) => step);
  const count = (has: (event: LogRow['event']) => boolean): number => run.filter(({ event }) => has(event)).length;
  const done = count((event) => {
    const isDone = event.type === 'action_settled' && event.direction === 'do' && event.outcome === 'committed';
    return isDone && !looks.includes(event.step);
  });
  return done > count((event) => event.type === 'undo_validated' && event.passed);
}

/** 4: one remediation holds a target; one unfinished remediation belongs to a ticket. */
export function crowded({ witnesses, rows, ticketIds }: Trace): readonly string[] {
  const targets = witnesses.flatMap((witness): string[] => {
    const found = intentOf(witness);
    return byRemediation(witness.rows).flatMap((run) => {
      if (run[0]?.remediationId === found?.run[0]?.remediationId) return [];
      const state = replay(run);
      if (state.state === 'none' || !projectionOf(state).holdsLocks) return [];
      const touched = run.flatMap(({ event }) => (event.type === 'action_intended' ? event.targets : []));
      return touched.includes(`service:${witness.service}`) ? [`two on ${witness.service}`] : [];
    });
  });
  // At every moment of which there is a picture, and at the end; parked ones count.
  const tickets = [rows, ...witnesses.map((witness) => witness.rows)].flatMap((log) =>
    ticketIds.flatMap((ticketId) => {
      const runs = byRemediation(log.filter((row) => row.ticketId === ticketId));
      const unfinished = runs.filter((run) => {
        const state = replay(run);
        if (state.state === 'none') return false;
        const effects = ['halted', 'withdrawn'].includes(state.state) && !state.accepted;
        return !projectionOf(state).ended || state.state === 'needs_reconciliation' || (effects && stands(run));
      });
      return unfinished.length > 1 ? [`${unfinished.length} unfinished remediations of ${ticketId}`] : [];
    }),
  );
  return [...targets, ...tickets];
}

/** 5: an intent before every effect, and a word about it after. */
export function unrecorded({ witnesses, rows }: Trace): readonly string[] {
  const before = witnesses.filter((witness) => {
    const last = intentOf(witness)?.run.at(-1)?.event;
    // The last row at that moment is the intent itself: nothing came between it and the call.
    return !(last?.type === 'action_intended' && last.idempotencyKey === witness.key);
  });
  const after = byRemediation(rows).flatMap((run) => {
    const state = replay(run);
    const waits = state.state !== 'none' && state.inFlight !== null;
    const open = run.filter(({ event }, at) => {
      if (event.type !== 'action_intended') return false;
      const later = run.slice(at + 1).map((row) => row.event);
      return !later.some((next) => ['action_settled', 'reconciled', 'reconciliation_answered'].includes(next.type));
    });
    return open.length > (waits ? 1 : 0) ? [`${open.length} calls without an outcome`] : [];
  });
  return [...before.map(({ tool }) => `${tool} without an intent right before it`), ...after];
}

/** Computed here once more, so that the function under test does not vouch for itself. */
const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** 6: every row carries the hash of itself and of the one before. */
export function broken({ rows }: Pick<Trace, 'rows'>): readonly string[] {
  return byRemediation(rows).flatMap((run) => {
    let previous = '';
    return run.flatMap((row, at) => {
      const { previousHash, hash, ...content } = row;
      const fine =
        row.seq === at + 1 && previousHash === previous && hash === sha256(`${previous}\n${canonicalJson(content)}`);
      previous = hash;
      return fine ? [] : [`row ${row.seq} of ${row.remediationId}`];
    });
  });
}

/** The decision as the log alone tells it: the table over its inputs, then what was found besides. */
export function recomputed({ decisionInput, decision }: DecisionBasis): Decision {
  const found = decision.because
    .filter(({ rule }) => rule === 'finding')
    .map(({ reason, inputs }): Finding => {
      const { atMost, ...rest } = inputs;
      return { reason: reason as Finding['reason'], atMost: atMost as Route, inputs: rest };
    });
  return downgrade(decideRoute(decisionInput), found);
}

/** Everything in `today` of the guard's second look at the decision: as much as the first one says. */
function secondLooks(event: LogRow['event']): readonly DecisionBasis[] {
  const verdicts = 'verdicts' in event ? (event.verdicts ?? []) : [];
  return verdicts.flatMap(({ check, evidence }) =>
    check === 'decision_again' && evidence ? [(evidence as unknown as { today: DecisionBasis }).today] : [],
  );
}

/** The score as the specification says it, computed here once more from counts and weights alone. */
function scoreOf({ evidence }: DecisionBasis['standings'][number], weights: DecisionBasis['weights']): number {
  const { confidence, similarity, positive, rated, succeeded, executed, resolved } = evidence;
  const share = confidence >= 0 && confidence <= 1 ? confidence : 0;
  return (
    weights.aiConfidence * 100 * share +
    weights.humanFeedback * ((100 * (positive + 1)) / (rated + 2)) +
    weights.historicalSuccess * ((100 * (succeeded + 1)) / (executed + 2)) +
    weights.patternRecognition * 100 * similarity * Math.min(1, resolved / 5)
  );
}

function faultsOf(basis: DecisionBasis, about: DecidedAbout | null): readonly string[] {
  const { decision, decisionInput, standings, weights } = basis;
  const again = recomputed(basis);
  const faults = recompute(basis, about).differs.map((part) => `${part} does not follow`);
  if (canonicalJson(again) !== canonicalJson(decision)) {
    faults.push(`${decision.route}/${decision.reason}, again ${again.route}/${again.reason}`);
  }
  const least = Math.min(...standings.map((one) => scoreOf(one, weights)));
  if (standings.length > 0 && Math.abs(least - decisionInput.score) > 1e-6) faults.push(`score ${least}`);
  const extra = Object.keys(decisionInput.policy).sort().join();
  if (extra !== 'criticalAutoApprove,enabled,minReliabilityScore,requiresApproval') faults.push(`policy: ${extra}`);
  return faults;
}

/** 7: the log suffices to compute every decision again, the guard's second look included. */
export function undecidable({ rows }: Pick<Trace, 'rows'>): readonly string[] {
  return rows.flatMap(({ event, tenant, ticketId }) => {
    const first = event.type === 'proposed' ? faultsOf(event, { ...event, tenant, ticketId }) : [];
    return [...first, ...secondLooks(event).flatMap((basis) => faultsOf(basis, null))];
  });
}

/** How many second looks a log holds. */
export function countSecondLooks({ rows }: Pick<Trace, 'rows'>): number {
  return rows.reduce((sum, { event }) => sum + secondLooks(event).length, 0);
}

/** 11: the first write of an automatic run on a target meets the fault. */
export function onHealthy({ witnesses }: Trace): readonly string[] {
  return witnesses.flatMap((witness): string[] => {
    const found = intentOf(witness);
    if (!found || found.intent.direction === 'undo') return [];
    const { run, intent } = found;
    const earlier = run.some(
      ({ event }) =>
        event.type === 'action_intended' &&
        event.step < intent.step &&
        event.targets.some((target) => intent.targets.includes(target)),
    );
    // Sent again, the first sending may have mended it.
    const sendings = run.filter(({ event }) => event.type === 'action_intended' && event.step === intent.step);
    const again = sendings.length > 1;
    const isAuto = proposalOf(run).decision.route === 'auto';
    return isAuto && !earlier && !again && witness.wasUp ? [`${intent.action} on a healthy ${witness.service}`] : [];
  });
}
