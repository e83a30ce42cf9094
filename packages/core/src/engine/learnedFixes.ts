import type { Catalogue } from '../domain/action.js';
import { entryOf, resolvePlan } from '../domain/catalogue.js';
import { type CarriedOut, type LearnedFix, learnedFixOf } from '../domain/learnedFix.js';
import { LEARNED_FIX } from '../domain/policy.js';
import type { Ticket, TicketPlan } from '../domain/ticket.js';
import type { EngineContext } from './context.js';
import { type Recognition, wordsOf } from './patternLearner.js';

/** What Remit did for a ticket that it resolved, if nobody took that up again. */
function carriedOut(catalogue: Catalogue, tenant: string, { plan, reopened }: TicketPlan): readonly CarriedOut[] {
  if (!plan || reopened) return [];
  const resolved = resolvePlan(catalogue, plan, tenant);
  const target = resolved.ok ? resolved.actions[0]?.targets[0] : undefined;
  return target === undefined ? [] : [{ plan, target }];
}

/**
 * What fixed earlier tickets of a pattern, if that is proven: the newest runs that held share it, and each of its write
 * actions has earned its standing there. The learned fix of a pattern on probation is none.
 */
export async function learnedFixesFor(
  { storage, patterns }: Pick<EngineContext, 'storage' | 'patterns'>,
  ticket: Ticket,
  { patternId, known }: Pick<Recognition, 'patternId' | 'known'>,
  catalogue: Catalogue,
): Promise<readonly LearnedFix[]> {
  if (!known) return [];
  const newest = await storage.patterns.plansOf(ticket.tenant, patternId, {
    limit: LEARNED_FIX.look,
    fixedByRemit: true,
  });
  const runs = newest
    .filter(({ ticketId }) => ticketId !== ticket.ticketId)
    .flatMap((earlier) => carriedOut(catalogue, ticket.tenant, earlier));
  const fix = learnedFixOf({ patternId, category: ticket.category, words: wordsOf(ticket) }, runs);
  if (fix === null) return [];
  for (const action of new Set(fix.runbook.steps.map((step) => step.action))) {
    if (entryOf(catalogue, action)?.class === 'read_only') continue;
    const { standing } = await patterns.standing({ tenant: ticket.tenant, patternId, actionType: action });
    if (standing !== 'eligible' && standing !== 'proven') return [];
  }
  return [fix];
}
