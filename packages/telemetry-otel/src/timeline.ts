import type { LogRow } from '@remit/core';

/** Something that took time, as the rows of a remediation's log tell it. */
export interface Stretch {
  readonly kind: 'decision' | 'guard' | 'approval' | 'tool_call' | 'validation' | 'end';
  readonly fromMs: number;
  readonly toMs: number;
  /** A few words, never what a ticket, a tool or a model said. */
  readonly words: Readonly<Record<string, string | number | boolean>>;
  /** What is wrong; null: nothing. */
  readonly error: string | null;
}

/** What of earlier rows is needed to understand the next one. */
export interface Timeline {
  readonly lastAtMs: number | null;
  readonly asked: { readonly atMs: number; readonly needed: number; readonly given: number } | null;
  readonly tools: Readonly<Record<string, string>>;
}

/** Before the first row. */
export const NO_TIMELINE: Timeline = { lastAtMs: null, asked: null, tools: {} };

type Verdicts = Extract<LogRow['event'], { type: 'cleared' }>['verdicts'];

/** The last check that was looked at: the one that said no, where one did. */
function lastOf(verdicts: Verdicts | undefined): Readonly<Record<string, string>> {
  const verdict = verdicts?.at(-1);
  return verdict ? { 'remit.check': verdict.check, 'remit.answer': verdict.answer } : {};
}

function answered(asked: Timeline['asked'], atMs: number, answer: string): readonly Stretch[] {
  if (asked === null) return [];
  const words = { 'remit.answer': answer };
  return [{ kind: 'approval', fromMs: asked.atMs, toMs: atMs, words, error: null }];
}

const keyOf = ({ step, direction }: { readonly step: number; readonly direction: string }): string =>
  `${step} ${direction}`;

/** What a row says took time, and what the next one needs to know. Pure: the same rows, the same stretches. */
export function follow(
  before: Timeline,
  { event, atMs }: Pick<LogRow, 'event' | 'atMs'>,
): { readonly stretches: readonly Stretch[]; readonly after: Timeline } {
  const after: Timeline = { ...before, lastAtMs: atMs };
  const since = before.lastAtMs ?? atMs;
  const at = { fromMs: since, toMs: atMs, error: null };
  switch (event.type) {
    case 'proposed': {
      const { route, reason } = event.decision;
      const words = { 'remit.route': route, 'remit.reason': reason, 'remit.category': event.category };
      return { stretches: [{ ...at, kind: 'decision', words }], after };
    }
    case 'approval_requested':
      return { stretches: [], after: { ...after, asked: { atMs, needed: event.needed, given: 0 } } };
    case 'approval_given': {
      const asked = before.asked && { ...before.asked, given: before.asked.given + 1 };
      if (asked === null || asked.given < asked.needed) return { stretches: [], after: { ...after, asked } };
      return { stretches: answered(asked, atMs, 'approved'), after: { ...after, asked: null } };
    }
    case 'approval_refused':
      return { stretches: answered(before.asked, atMs, 'refused'), after: { ...after, asked: null } };
    case 'cleared':
    case 'deferred':
    case 'stopped': {
      const words = lastOf(event.verdicts);
      return { stretches: [{ ...at, kind: 'guard', words }], after };
    }
    case 'action_intended':
      return { stretches: [], after: { ...after, tools: { ...before.tools, [keyOf(event)]: event.tool } } };
    case 'action_settled': {
      const { direction, outcome, tookMs } = event;
      const tool = before.tools[keyOf(event)] ?? 'unknown';
      const words = { 'gen_ai.tool.name': tool, 'remit.direction': direction, 'remit.outcome': outcome };
      const error = outcome === 'committed' ? null : outcome;
      return { stretches: [{ kind: 'tool_call', fromMs: atMs - tookMs, toMs: atMs, words, error }], after };
    }
    case 'validated':
    case 'undo_validated': {
      const words = { 'remit.passed': event.passed, 'remit.checks': event.checks.length };
      return { stretches: [{ ...at, kind: 'validation', words, error: event.passed ? null : 'not_passed' }], after };
    }
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
    case 'superseded': {
      const words = { 'remit.state': event.type, 'remit.reason': event.reason, ...lastOf(event.verdicts) };
      const unanswered = event.type === 'expired' ? answered(before.asked, atMs, 'expired') : [];
      const end: Stretch = { kind: 'end', fromMs: atMs, toMs: atMs, words, error: null };
      return { stretches: [...unanswered, end], after };
    }
    default:
      return { stretches: [], after };
  }
}
