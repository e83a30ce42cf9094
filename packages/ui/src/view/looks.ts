import { BOLT, CHECK, CLOCK, DIAMOND, DOT, LOCK, PERSON, STOP, UNDO, WARN } from './icons.js';
import type { LevelLook } from './level.js';

/*
 * Tone and icon of everything that has a name of its own: statuses, classes, routes, standings, states, rows of the
 * log. The name itself stands beside them as text.
 */

const LOOKS: ReadonlyMap<string, LevelLook> = new Map(
  (
    [
      ['good', CHECK, 'resolved proven succeeded recovered cleared validated'],
      ['good', BOLT, 'auto action_settled'],
      ['good', PERSON, 'approval_given'],
      ['good', UNDO, 'undo_validated'],
      ['fine', BOLT, 'remediating safe_write action_intended'],
      ['fine', DIAMOND, 'eligible proposed'],
      ['fine', CLOCK, 'analyzing'],
      ['fine', PERSON, 'reconciliation_answered'],
      ['warn', PERSON, 'awaiting_approval approval manual approval_requested'],
      ['warn', CLOCK, 'deferred expired late_reply approval_escalated'],
      ['warn', UNDO, 'rolled_back taken_over rollback_started'],
      ['warn', WARN, 'critical_write'],
      ['warn', LOCK, 'approval_attempt_refused'],
      ['warn', BOLT, 'reconciled'],
      ['warn', STOP, 'withdrawn'],
      ['bad', STOP, 'destructive failed halted rejected stopped'],
      ['bad', PERSON, 'needs_human approval_refused'],
      ['bad', WARN, 'needs_reconciliation probation'],
      ['bad', LOCK, 'forbidden'],
      ['quiet', CHECK, 'closed'],
      ['quiet', DIAMOND, 'suggested suggest_only'],
      ['quiet', CLOCK, 'learning'],
      ['quiet', LOCK, 'approval_consumed'],
      ['quiet', UNDO, 'superseded'],
    ] as const
  ).flatMap(([tone, icon, names]) => names.split(' ').map((name) => [name, { tone, icon }] as const)),
);

/** Tone and icon of a name; one that this version does not know is quiet. */
export function lookOfName(name: string): LevelLook {
  return LOOKS.get(name) ?? { tone: 'quiet', icon: DOT };
}
