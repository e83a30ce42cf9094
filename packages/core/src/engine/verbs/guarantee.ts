import { requireScope } from '../authorise.js';
import type { EngineContext } from '../context.js';
import { requireCategory } from '../parse.js';
import { readGuarantee } from '../readGuarantee.js';
import type { Remit } from '../remit.js';

/** When automation may be open, and why. */
export function guaranteeVerbs(context: EngineContext): Pick<Remit, 'guarantee'> {
  return {
    async guarantee(actor, { category } = {}) {
      requireScope(actor, 'stats:read');
      if (category !== undefined) requireCategory(category, context.categories);
      return readGuarantee(context, actor.tenant, category ?? null);
    },
  };
}
