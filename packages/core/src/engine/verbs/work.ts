import type { EngineContext } from '../context.js';
import { approvalVerbs } from './approvals.js';
import { changesVerbs } from './changes.js';
import { feedbackVerbs } from './feedback.js';
import { figureVerbs } from './figures.js';
import { patternVerbs } from './patterns.js';
import { policyVerbs } from './policies.js';
import { repeatVerbs } from './repeats.js';
import { reportVerbs } from './reports.js';
import { ticketVerbs } from './tickets.js';
import { toolVerbs } from './tools.js';

/* All that takes tickets on, by which people steer it, and that looks back; loaded as one, when work begins. */

export { askInTurn } from '../askInTurn.js';
export { handleTicket } from '../handleTicket.js';
export { proposeFromRunbooks } from '../proposeFromRunbooks.js';
export { runRemediation } from '../runRemediation.js';
export { sealerOf } from '../sealer.js';
export { pinFirstUse } from '../tools.js';
export { verifyAudit } from '../verifyAudit.js';

/** Every verb but those of the kill switch. */
export const workVerbs = (context: EngineContext) => ({
  ...ticketVerbs(context),
  ...reportVerbs(context),
  ...approvalVerbs(context),
  ...policyVerbs(context),
  ...toolVerbs(context),
  ...feedbackVerbs(context),
  ...patternVerbs(context),
  ...figureVerbs(context),
  ...changesVerbs(context),
  ...repeatVerbs(context),
});
