import { createRemit, runbookAnalyst } from '@remit/core';
import { memoryStorage, recordingExecutor } from '@remit/core/testing';
import { byHmac, fromJson, type IngestSource, type Mapping, SIGNATURE_STYLES, startWebhooks } from '@remit/http';
import { observeRemit, tracedAnalyst } from '@remit/telemetry-otel';
import { expect, it } from 'vitest';
import { catalogue } from '../../minimal-node/src/catalogue.js';

const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

it('a source verifies what it takes in', () => {
  const mapping: Mapping = { rules: [{ says: 'over', ticketId: 'pagerduty-{/event/data/id}' }] };
  const secret = 'from your secret store';
  // #region source
  const pagerduty: IngestSource = {
    principal: { id: 'pagerduty', tenant: 'acme', scopes: ['tickets:write', 'tickets:read'] },
    verify: byHmac({ ...SIGNATURE_STYLES.pagerduty, secrets: [secret] }),
    read: fromJson(mapping),
  };
  // #endregion
  expect(pagerduty.verify(new Headers(), new Uint8Array(), 0)).toBe(false);
});

it('webhooks and telemetry are started beside Remit', async () => {
  const executor = recordingExecutor({ 'ops/status': { readOnly: true, run: () => ({ up: true }) } });
  // #region telemetry
  const storage = memoryStorage();
  const remit = createRemit({ storage, executor, catalogue, analyst: tracedAnalyst(runbookAnalyst()) });
  const observing = observeRemit(remit, { storage });
  // #endregion
  const secrets = [SECRET];
  // #region webhooks
  const webhooks = startWebhooks({
    storage,
    endpoints: [{ name: 'ops', tenant: 'acme', url: 'https://hooks.example.com/remit', secrets }],
    report: ({ endpoint, what }) => console.error(endpoint, what),
  });
  // #endregion
  expect(await webhooks.deadLetters('acme')).toEqual([]);
  await webhooks.stop();
  observing.stop();
  await remit.close();
});
