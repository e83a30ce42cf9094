import type { ActionClass, Family } from './action.js';
import type { PhaseInput } from './decision.js';
import { OFF_BY_DEFAULT, PHASE_RULES, PHASES, type PhaseName, type Policy, REOPEN_COUNTS_MS } from './policy.js';

const BUCKETS = 10_000;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a, 32 bit (Fowler, Noll, Vo), over the UTF-8 bytes of a text. */
function fnv1a32(text: string): number {
  let hash = FNV_OFFSET;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, FNV_PRIME) >>> 0;
  }
  return hash;
}

/** The bucket 0..9999 of a ticket: always the same, so that the 5 % of a pilot are among the 20 % that follow. */
export function rolloutBucket(tenant: string, ticketId: string): number {
  return fnv1a32(`${tenant}/${ticketId}`) % BUCKETS;
}

/** The phase before this one: where a category falls back to. Below `pilot`, where every write is approved, is none. */
export function phaseBelow(phase: PhaseName): PhaseName | null {
  return PHASES[PHASES.indexOf(phase) - 1] ?? null;
}

/**
 * The phase that a category goes up to by itself; null when it stays. It goes up only where the policy says so, while
 * the gate is open, one phase at a time, and after the policy stood unchanged for {@link REOPEN_COUNTS_MS}. To `full`, which
 * stands for thresholds from evidence, only in mode `guaranteed`.
 * @param gate `openBound`: the widest bound that is open, null when the gate is closed; `nowMs` by the store's clock.
 */
export function phaseEarned(
  { policy, atMs }: { readonly policy: Policy; readonly atMs: number | null },
  gate: { readonly openBound: number | null; readonly nowMs: number },
): PhaseName | null {
  const { phase, phaseAdvance, shadow, mode } = policy;
  if (phase === null || phaseAdvance !== 'while_gate_open' || shadow || gate.openBound === null) return null;
  if (atMs === null || gate.nowMs - atMs < REOPEN_COUNTS_MS) return null;
  const next = PHASES[PHASES.indexOf(phase) + 1] ?? null;
  return next === 'full' && mode !== 'guaranteed' ? null : next;
}

/** One action as a rollout phase sees it. */
export interface PhasedAction {
  readonly actionClass: ActionClass;
  readonly family: Family | null;
}

/** What the policy's phase says about this ticket and these actions; null without a phase. */
export function phaseInput(
  policy: Pick<Policy, 'phase'>,
  ticket: { readonly tenant: string; readonly ticketId: string; readonly category?: string },
  actions: readonly PhasedAction[],
): PhaseInput | null {
  if (policy.phase === null) return null;
  const rule = PHASE_RULES[policy.phase];
  const allowed = ({ actionClass, family }: PhasedAction): boolean =>
    (rule.classes === null || rule.classes.includes(actionClass)) &&
    (rule.families === null || actionClass === 'read_only' || (family !== null && rule.families.includes(family)));
  return {
    approvalForAll: rule.approvalForAll,
    inShare: rolloutBucket(ticket.tenant, ticket.ticketId) < rule.bucketsBelow,
    // No phase, not even the last, takes security in.
    actionsAllowed: !OFF_BY_DEFAULT.includes(ticket.category ?? '') && actions.every(allowed),
    minReliabilityScore: rule.minReliabilityScore,
  };
}
