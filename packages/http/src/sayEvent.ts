import type { CheckResult, Direction, Ended, RemediationEvent, Verdict } from '@remit/core';
import { sayRule } from './sayRule.js';

/** A text as part of a sentence: on one line, without its full stop. */
function clause(text: string): string {
  return text.replace(/\s+/g, ' ').trim().replace(/\.+$/, '');
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Steps count from 0 in the log and from 1 for people. */
function stepName(step: number): string {
  return `step ${step + 1}`;
}

function listSteps(steps: readonly number[]): string {
  return `${steps.length === 1 ? 'step' : 'steps'} ${steps.map((step) => step + 1).join(', ')}`;
}

function at(atMs: number): string {
  return new Date(atMs).toISOString();
}

function said(comment: string | null): string {
  return comment === null || comment.trim() === '' ? '' : `, saying "${clause(comment)}"`;
}

function callOf(step: number, direction: Direction): string {
  return direction === 'do' ? stepName(step) : `the undo of ${stepName(step)}`;
}

function sayChecks(what: string, passed: boolean, checks: readonly CheckResult[]): string {
  const failed = checks.filter((check) => !check.passed).map(({ tool }) => tool);
  if (passed && checks.length === 0) return `${what} passed: there was nothing to check.`;
  if (passed) return `${what} passed: ${plural(checks.length, 'check holds', 'checks hold')}.`;
  if (checks.length === 0) return `${what} failed: there was no check to make.`;
  if (failed.length === 0) return `${what} failed.`;
  return `${what} failed: ${failed.length} of ${plural(checks.length, 'check does', 'checks do')} not hold (${failed.join(', ')}).`;
}

function sayProposed(event: Extract<RemediationEvent, { type: 'proposed' }>): string {
  const { steps, reliability, decision } = event;
  const plan =
    steps.length === 0
      ? 'No usable plan was proposed'
      : `A plan of ${plural(steps.length, 'action', 'actions')} was proposed (${steps.map(({ action }) => action).join(', ')})`;
  const score = `reliability ${reliability.score.toFixed(1)} (${reliability.level.replace('_', ' ')})`;
  const decider = decision.because.findLast(({ reason, applies }) => applies && reason === decision.reason);
  const why = decider ? sayRule(decider) : `The reason is ${decision.reason}.`;
  return `${plan} with ${score}; the route is ${decision.route.replace('_', ' ')}: ${why}`;
}

function sayVerdicts(verdicts: readonly Verdict[]): string {
  const yes = verdicts.filter(({ answer }) => answer === 'yes').length;
  return `${yes} of ${plural(verdicts.length, 'check', 'checks')} said yes`;
}

const ENDINGS: Readonly<Record<Ended['type'], string>> = {
  succeeded: 'It succeeded',
  rolled_back: 'It was rolled back: all that was done was taken back',
  failed: 'It failed',
  needs_reconciliation: 'It needs a person to look and to say how it ends',
  rejected: 'It ended because a person rejected it',
  expired: 'It ended because not enough people approved it in time',
  halted: 'It was halted',
  withdrawn: 'It was withdrawn',
  recovered: 'It ended because the fault was gone before anything was done',
  manual: 'It was handed to a person',
  suggested: 'It ended as a suggestion; nothing is carried out',
  superseded: 'It was superseded: the ticket is decided anew',
};

function sayEnd({ type, reason, committed, undone }: Ended): string {
  const because = reason === '' ? '' : ` (${clause(reason).replaceAll('_', ' ')})`;
  const standing = committed.length === 0 ? '' : ` The effect of ${listSteps(committed)} stands.`;
  const taken = undone.length === 0 ? '' : ` Taken back: ${listSteps(undone)}.`;
  return `${ENDINGS[type]}${because}.${standing}${taken}`;
}

function saySettled(event: Extract<RemediationEvent, { type: 'action_settled' | 'late_reply' }>): string {
  const call = callOf(event.step, event.direction);
  const detail = clause(event.detail);
  const why = detail === '' ? '' : `: ${detail}`;
  switch (event.outcome) {
    case 'committed':
      return `${call} was carried out${why}`;
    case 'failed':
      return `${call} was not carried out${why}`;
    case 'unknown':
      return `it is not known whether ${call} was carried out${why}`;
    default:
      return event.outcome satisfies never;
  }
}

function sayReconciled(event: Extract<RemediationEvent, { type: 'reconciled' }>): string {
  const call = callOf(event.step, event.direction);
  const detail = clause(event.detail);
  const why = detail === '' ? '' : `: ${detail}`;
  switch (event.answer) {
    case 'happened':
      return `It was established that ${call} was carried out${why}.`;
    case 'did_not_happen': {
      const next = event.mayResend ? 'it may be sent again' : 'it may not be sent again without a person';
      return `It was established that ${call} was not carried out${why}; ${next}.`;
    }
    case 'cannot_tell':
      return `It could not be established whether ${call} was carried out${why}.`;
    default:
      return event.answer satisfies never;
  }
}

type ReconcileAnswer = Extract<RemediationEvent, { type: 'reconciliation_answered' }>['answer'];

const ANSWERS: Readonly<Record<ReconcileAnswer, string>> = {
  happened: 'said that the call in doubt was carried out',
  did_not_happen: 'said that the call in doubt was not carried out',
  send_again: 'ordered that the call in doubt is sent again',
  roll_back: 'ordered that what was done is taken back',
  accept: 'accepted things as they are',
};

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** What a row of the remediation log says, in plain words. Pure; every event type has its own. */
export function sayEvent(event: RemediationEvent): string {
  switch (event.type) {
    case 'proposed':
      return sayProposed(event);
    case 'approval_requested':
      if (event.binding.order) {
        return `An order (${event.binding.order.answer.replaceAll('_', ' ')}) was requested: ${plural(event.needed, 'person has', 'people have')} to give it.`;
      }
      return `Approval was requested: ${plural(event.needed, 'person has', 'people have')} to say yes before ${at(event.expiresAtMs)}.`;
    case 'approval_given':
      return `${event.by} approved${said(event.comment)}.`;
    case 'approval_refused':
      return `${event.by} rejected it (${event.reasonCode.replaceAll('_', ' ')})${said(event.comment)}.`;
    case 'approval_attempt_refused':
      return `An answer of ${event.by} was refused (${clause(event.refusal).replaceAll('_', ' ')}); it changed nothing.`;
    case 'approval_escalated': {
      const told = event.target === null ? 'nobody is named to be told' : `${event.target} is to be told`;
      return `The approval has been waiting for too long; ${told}.`;
    }
    case 'claimed':
      return `${event.owner} took it up.`;
    case 'cleared':
      return `The guard cleared ${stepName(event.step)}: ${sayVerdicts(event.verdicts)}.`;
    case 'deferred':
      return `It was put off until ${at(event.untilMs)}: ${clause(event.reason).replaceAll('_', ' ')}.`;
    case 'approval_consumed':
      return 'The approval was used for this run; it is good for no other.';
    case 'action_intended': {
      const on = event.targets.length === 0 ? '' : ` on ${event.targets.join(', ')}`;
      return `${capital(callOf(event.step, event.direction))} (${event.action}) is about to be sent: ${event.tool}${on}.`;
    }
    case 'action_settled':
      return `${capital(saySettled(event))} (after ${Math.round(event.tookMs)} ms).`;
    case 'reconciled':
      return sayReconciled(event);
    case 'reconciliation_answered':
      return `${event.by} ${ANSWERS[event.answer]}${said(event.comment)}.`;
    case 'taken_over':
      return `${event.by} ordered to take back what the stopped remediation ${event.from} left standing: ${listSteps(event.steps)}.`;
    case 'validated':
      return sayChecks('Validation', event.passed, event.checks);
    case 'stopped':
      return `The run was stopped before its next action: ${clause(event.reason).replaceAll('_', ' ')}.`;
    case 'rollback_started':
      return `Rolling back ${listSteps(event.steps)}, in this order: ${clause(event.reason).replaceAll('_', ' ')}.`;
    case 'undo_validated':
      return sayChecks(`Validation of the undo of ${stepName(event.step)}`, event.passed, event.checks);
    case 'late_reply':
      return `A late reply says that ${saySettled(event)}; it changed no state.`;
    case 'succeeded':
    case 'rolled_back':
    case 'failed':
    case 'needs_reconciliation':
    case 'rejected':
    case 'expired':
    case 'halted':
    case 'withdrawn':
    case 'recovered':
    case 'manual':
    case 'suggested':
    case 'superseded':
      return sayEnd(event);
    default:
      // A row that a newer version wrote: at run time there can be types that do not exist here.
      event satisfies never;
      return 'Something happened that this version has no words for.';
  }
}
