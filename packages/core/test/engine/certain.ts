import { ReliabilityScorer } from '../../src/domain/evidence.js';
import { scoreReliability } from '../../src/domain/reliability.js';
import { approver, operator, type World } from './world.js';

/** Scores every proposal 95: for tests that are about what comes after the score. */
export class CertainScorer extends ReliabilityScorer {
  override score() {
    return scoreReliability({ aiConfidence: 95, humanFeedback: 95, historicalSuccess: 95, patternRecognition: 95 });
  }
}

/** Takes a ticket about `web` as far as its approval, lets something happen, and says yes. */
export async function approved(w: World, beforeYes: () => void = () => {}): Promise<void> {
  const { version } = await w.remit.policyOf(operator, 'server');
  await w.remit.setPolicy(operator, 'server', { policy: { requiresApproval: true }, expectedVersion: version });
  await w.submit('T', { targets: ['service:web'] });
  const { remediation } = await w.rest('T');
  const asked = remediation?.approval;
  if (!asked) throw new Error(`No approval was asked for: ${JSON.stringify(remediation)}`);
  beforeYes();
  const { approvalId, bindingHash } = asked;
  await w.remit.answerApproval(approver, 'T', { approve: true, approvalId, bindingHash });
  await w.rest('T');
}
