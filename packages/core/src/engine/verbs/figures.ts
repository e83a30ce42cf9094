import { reliabilityOfDays, remediationOfDays } from '../../domain/figures.js';
import { DAY_MS } from '../../domain/policy.js';
import { requireScope } from '../authorise.js';
import type { EngineContext } from '../context.js';
import { parseDays } from '../parse.js';
import { readGuarantee } from '../readGuarantee.js';
import type { Remit } from '../remit.js';
import { requireCategory } from '../requireCategory.js';

/** How it goes, in figures, and when automation may be open. */
export function figureVerbs(
  context: EngineContext,
): Pick<Remit, 'reliabilityStats' | 'remediationStats' | 'guarantee'> {
  const { storage, categories } = context;

  return {
    async reliabilityStats(actor, { days, category }) {
      requireScope(actor, 'stats:read');
      const sinceMs = (await storage.now()) - parseDays(days) * DAY_MS;
      if (category !== undefined) requireCategory(category, categories);
      return reliabilityOfDays(await storage.stats.scores(actor.tenant, { sinceMs }), category);
    },

    async remediationStats(actor, { days }) {
      requireScope(actor, 'stats:read');
      const sinceMs = (await storage.now()) - parseDays(days) * DAY_MS;
      return remediationOfDays(await storage.stats.work(actor.tenant, { sinceMs }));
    },

    async guarantee(actor, { category } = {}) {
      requireScope(actor, 'stats:read');
      if (category !== undefined) requireCategory(category, categories);
      return readGuarantee(context, actor.tenant, category ?? null);
    },
  };
}
