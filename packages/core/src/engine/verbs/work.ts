import type { EngineContext } from '../context.js';
import { approvalVerbs } from './approvals.js';
import { changesVerbs } from './changes.js';
import { feedbackVerbs } from './feedback.js';
import { policyVerbs } from './policies.js';
import { repeatVerbs } from './repeats.js';
import { reportVerbs } from './reports.js';
import { ticketVerbs } from './tickets.js';
import { toolVerbs } from './tools.js';

/* All that takes tickets on, and all by which people steer and stop it; loaded as one, when work begins. */

export { askInTurn } from '../askInTurn.js';
export { handleTicket } from '../handleTicket.js';
export { proposeFromRunbooks } from '../proposeFromRunbooks.js';
export { runRemediation } from '../runRemediation.js';
export { sealerOf } from '../sealer.js';
export { pinFirstUse } from '../tools.js';

/** The verbs by which tickets come in and are dealt with. */
export const workVerbs = (context: EngineContext) => ({
  ...ticketVerbs(context),
  ...reportVerbs(context),
  ...approvalVerbs(context),
  ...policyVerbs(context),
  ...toolVerbs(context),
  ...feedbackVerbs(context),
  ...changesVerbs(context),
  ...repeatVerbs(context),
});
