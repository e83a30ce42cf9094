import { cleanShare } from './evidence.js';
import { labelOf } from './guarantee/trial.js';
import type { OutcomeFact } from './pattern.js';
import type { StartedRemediation } from './remediation.js';
import type { TicketRecord } from './ticket.js';

/** The run's principal: who approved it last, or for an automatic run who submitted the ticket. */
function principalOf(state: StartedRemediation): string {
  return state.approval?.consents.at(-1)?.by ?? state.proposal.submitter;
}

/** The write actions of a plan, by catalogue name, without repeats. */
export function writeActionsOf(steps: StartedRemediation['proposal']['steps']): readonly string[] {
  return [...new Set(steps.filter((step) => step.class !== 'read_only').map((step) => step.action))].sort();
}

function stepsTried({ proposal, tried }: StartedRemediation): StartedRemediation['proposal']['steps'] {
  return proposal.steps.filter(({ step }) => tried.includes(step));
}

/** What came of the run, as far as a pattern is concerned; null when nothing was ever sent or called wrong. */
function verdictOf(state: StartedRemediation): 'succeeded' | 'failed' | 'called_wrong' | null {
  if (state.state === 'rejected') return labelOf(state)?.loss ? 'called_wrong' : null;
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
 * What somebody's word about actions teaches, and no run of Remit: one outcome per action. Empty while the ticket was
 * never assessed.
 */
export function lessonsByHand(
  { ticketId, assessment }: Pick<TicketRecord, 'ticketId' | 'assessment'>,
  actions: readonly { readonly action: string }[],
  said: Pick<OutcomeFact, 'principal' | 'atMs' | 'resolved' | 'executed' | 'succeeded' | 'via'>,
): readonly OutcomeFact[] {
  if (!assessment) return [];
  const { patternId, analysis, similarity } = assessment;
  return [...new Set(actions.map(({ action }) => action))].sort().map((actionType) => ({
    kind: 'outcome',
    patternId,
    actionType,
    ticketId,
    remediationId: null,
    ...said,
    confidence: cleanShare(analysis.confidence),
    similarity: cleanShare(similarity),
  }));
}

/**
 * What a remediation that just ended teaches: one outcome per write action that was sent. Timeouts, rollbacks and
 * unknown outcomes are failures. A proposal that an approver called wrong is kept as one that never ran; what else was
 * never sent, for whatever reason, teaches nothing.
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
  const about = verdict === 'called_wrong' ? proposal.steps : stepsTried(state);
  return writeActionsOf(about).map((actionType) => ({
    kind: 'outcome',
    patternId: proposal.patternId,
    actionType,
    ticketId,
    remediationId,
    principal: principalOf(state),
    atMs,
    resolved: succeeded,
    executed: verdict !== 'called_wrong',
    succeeded,
    via: proposal.decision.route === 'approval' ? 'approval' : 'auto',
    confidence: cleanShare(proposal.analysis.confidence),
    similarity: cleanShare(proposal.similarity),
  }));
}
