import type { Halt } from '../../domain/safety.js';
import { RemitError } from '../../errors.js';
import { requireHaltScope, requireScope } from '../authorise.js';
import type { EngineContext } from '../context.js';
import type { Remit } from '../remit.js';
import { requireCategory } from '../requireCategory.js';

function haltScope(category: string | undefined, everywhere: boolean): Halt['scope'] {
  if (everywhere) return 'global';
  return category === undefined ? 'tenant' : 'category';
}

/** The kill switch. Never loaded later: a stop must not wait for a file. */
export function haltVerbs(context: EngineContext): Pick<Remit, 'halt' | 'liftHalt' | 'halts'> {
  const { storage, observers, categories } = context;

  return {
    async halt(actor, { category, everywhere = false, reason }) {
      requireHaltScope(actor);
      if (everywhere) requireScope(actor, 'halt:everywhere');
      if (category !== undefined) requireCategory(category, categories);
      const halt = {
        haltId: context.ids.next('halt'),
        scope: haltScope(category, everywhere),
        tenant: actor.tenant,
        category: everywhere ? null : (category ?? null),
        reason,
        by: actor.id,
        atMs: await storage.now(),
      };
      await storage.halts.raise(halt);
      observers.tell('halt_raised', halt);
      return halt;
    },

    async liftHalt(actor, haltId) {
      requireScope(actor, 'halt');
      const inForce = await storage.halts.inForce(actor.tenant);
      const halt = inForce.find((one) => one.haltId === haltId);
      if (halt?.scope === 'global') requireScope(actor, 'halt:everywhere');
      const lifted = await storage.halts.lift(actor.tenant, haltId, actor.id, await storage.now());
      if (!lifted) throw new RemitError('not_found', `There is no halt ${JSON.stringify(haltId)} in force.`);
      observers.tell('halt_lifted', { haltId, tenant: actor.tenant, by: actor.id });
    },

    async halts(actor) {
      requireScope(actor, 'tickets:read');
      return storage.halts.inForce(actor.tenant);
    },
  };
}
