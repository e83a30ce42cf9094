import type { EngineContext } from '../context.js';
import { onFirstUse } from './onFirstUse.js';

/* The verbs whose code is loaded later. The kill switch is not among them: a stop must not wait for a file. */

/** All that takes tickets on, by which people steer it, and that looks back. A Remit that is started has loaded it. */
export const loadWork = () => import('./work.js');

/** Every verb but those of the kill switch. */
export const laterVerbs = (context: EngineContext) =>
  onFirstUse(
    {
      submitTicket: true,
      ticket: true,
      tickets: true,
      whenDecided: true,
      whenAtRest: true,
      setOptIn: true,
      resolveTicket: true,
      reopenTicket: true,
      cancelTicket: true,
      adjudicate: true,
      logOf: true,
      reportIncident: true,
      reportRecovery: true,
      answerApproval: true,
      pendingApprovals: true,
      reconcile: true,
      policyOf: true,
      setPolicy: true,
      setPhase: true,
      tools: true,
      acceptTools: true,
      recordFeedback: true,
      feedbackOf: true,
      changes: true,
      answerOnce: true,
      similarTickets: true,
      patterns: true,
      patternTickets: true,
      candidateFixes: true,
      runbooksOf: true,
      changePattern: true,
      patternChanges: true,
      promote: true,
      reliabilityStats: true,
      remediationStats: true,
      guarantee: true,
    },
    async () => (await loadWork()).workVerbs(context),
  );
