import { requireScope } from '../authorise.js';
import type { EngineContext } from '../context.js';
import { readGuarantee } from '../gatherGuarantee.js';
import type { Remit } from '../remit.js';

/** When automation may be open, and why. */
export function guaranteeVerbs({ storage }: EngineContext): Pick<Remit, 'guarantee'> {
  return {
    async guarantee(actor) {
      requireScope(actor, 'stats:read');
      return readGuarantee(storage, actor.tenant);
    },
  };
}
