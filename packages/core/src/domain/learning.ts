import { cleanShare } from './evidence.js';
import type { OutcomeFact } from './pattern.js';
import type { StartedRemediation } from './remediation.js';

/** The run's principal: who approved it last, or for an automatic run who submitted the ticket. */
function principalOf(state: StartedRemediation): string {
  return state.approval?.consents.at(-1)?.by ?? state.proposal.submitter;
}

/** The write actions of a plan, by catalogue name, without repeats. */
export function writeActionsOf(steps: StartedRemediation['proposal']['steps']): readonly string[] {
  return [...new Set(steps.filter((step) => step.class !== 'read_only').map((step) => step.action))].sort();
}

/** What came of the run, as far as a pattern is concerned; null when nothing was ever sent. */
function verdictOf(state: StartedRemediation): 'succeeded' | 'failed' | null {
  // A person stopped the run that this one takes back: that says nothing about whether the fix works.
  if (state.takenOverFrom !== null || state.tried.length === 0) return null;
  switch (state.state) {
    case 'succeeded':
      return 'succeeded';
    case 'rolled_back':
    case 'failed':
    case 'needs_reconciliation':
      return 'failed';
    case 'halted':
    case 'withdrawn':
      // Stopped half-way by a person: it says nothing about whether the fix works.
      return null;
    default:
      return null;
  }
}

/**
 * What a remediation that just ended teaches: one outcome per write action that was sent. Timeouts, rollbacks and
 * unknown outcomes are failures; what was never sent, for whatever reason, teaches nothing.
 */
export function lessonsOf(
  state: StartedRemediation,
  { ticketId, remediationId }: { readonly ticketId: string; readonly remediationId: string },
  atMs: number,
): readonly OutcomeFact[] {
  const verdict = verdictOf(state);
  if (verdict === null) return [];
  const { proposal } = state;
  const succeeded = verdict === 'succeeded';
  const tried = proposal.steps.filter(({ step }) => state.tried.includes(step));
  return writeActionsOf(tried).map((actionType) => ({
    kind: 'outcome',
    patternId: proposal.patternId,
    actionType,
    ticketId,
    remediationId,
    principal: principalOf(state),
    atMs,
    resolved: succeeded,
    executed: true,
    succeeded,
    via: proposal.decision.route === 'approval' ? 'approval' : 'auto',
    confidence: cleanShare(proposal.analysis.confidence),
    similarity: cleanShare(proposal.similarity),
  }));
}
