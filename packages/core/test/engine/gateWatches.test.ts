import { expect, it } from 'vitest';
import { stratumId } from '../../src/domain/guarantee/trial.js';
import { GUARANTEE } from '../../src/domain/policy.js';
import type { Storage } from '../../src/ports/storage.js';
import { fleet } from './fleet.js';

/* Mode `seed`: the gate watches what is decided, and has no say in what runs. */

const STRATUM = stratumId({ actionClass: 'safe_write', alpha: GUARANTEE.alpha, delta: GUARANTEE.delta });

it('learns from what is decided, and is not asked again before the run', async () => {
  let looks = 0;
  const counted = (shared: Storage): Storage => ({
    ...shared,
    trials: {
      ...shared.trials,
      async ofStratum(tenant, stratum, after) {
        looks += 1;
        return shared.trials.ofStratum(tenant, stratum, after);
      },
    },
  });
  const f = await fleet({ storage: counted });
  await f.submit('T');
  await f.decide();
  expect(await f.storage.trials.ofStratum('acme', STRATUM, 0)).toMatchObject([{ ticketId: 'T', route: 'auto' }]);
  expect(looks).toBe(1);
  await f.settle();
  expect(await f.end('T')).toBe('succeeded/validated');
  expect(looks).toBe(1);
  expect(await f.storage.trials.ofStratum('acme', STRATUM, 0)).toMatchObject([{ label: { loss: expect.anything() } }]);
});
