import type { Json } from '../../domain/canonical.js';
import { IDEMPOTENCY } from '../../domain/policy.js';
import { RemitError } from '../../errors.js';
import { requirePrincipal } from '../authorise.js';
import type { EngineContext } from '../context.js';
import type { Remit } from '../remit.js';

/** Requests that come again. */
export function repeatVerbs({ storage, observers }: EngineContext): Pick<Remit, 'answerOnce'> {
  return {
    async answerOnce(actor, { key, fingerprint }, work) {
      requirePrincipal(actor);
      const id = { tenant: actor.tenant, principal: actor.id, key };
      const claim = await storage.idempotency.begin(id, { fingerprint, leaseMs: IDEMPOTENCY.leaseMs });
      if (claim.kind === 'done') return { answer: claim.answer, replayed: true };
      if (claim.kind === 'mismatch') {
        throw new RemitError('idempotency_mismatch', `The key ${JSON.stringify(key)} was used for another request.`, {
          nextStep: 'Use a new key for a new request; send the same request again under the same key.',
        });
      }
      if (claim.kind === 'running') {
        throw new RemitError('idempotency_running', `The request under ${JSON.stringify(key)} is being answered.`, {
          nextStep: 'Send it again in a moment: it gets the answer of the first one.',
        });
      }
      let done: { readonly answer: Json; readonly keep: boolean };
      try {
        done = await work();
      } catch (error) {
        await storage.idempotency.abandon(id, claim.token).catch((cause: unknown) => {
          observers.tell('trouble', { where: 'letting go of an idempotency key', error: cause });
        });
        throw error;
      }
      // What was done stays done: an answer that cannot be kept is given all the same.
      const kept = done.keep
        ? storage.idempotency.finish(id, claim.token, done.answer)
        : storage.idempotency.abandon(id, claim.token);
      await kept.catch((cause: unknown) => {
        observers.tell('trouble', { where: 'keeping the answer to an idempotency key', error: cause });
      });
      return { answer: done.answer, replayed: false };
    },
  };
}
