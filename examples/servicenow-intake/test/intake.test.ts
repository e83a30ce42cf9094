import type { AddressInfo } from 'node:net';
import { createRemit } from '@remit/core';
import { memoryStorage, recordingExecutor } from '@remit/core/testing';
import { afterEach, expect, it } from 'vitest';
import { catalogue } from '../../minimal-node/src/catalogue.js';
import { servicenowIntake } from '../src/intake.js';

const TOKEN = 'a token of enough letters';
const reader = { id: 'reader', tenant: 'acme', scopes: ['tickets:read'] };
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

it('takes in an incident, and resolves it when ServiceNow says so and the service is up again', async () => {
  const world = { up: false };
  const executor = recordingExecutor({ 'ops/status': { readOnly: true, run: () => ({ ...world }) } });
  const remit = createRemit({ storage: memoryStorage(), executor, catalogue });
  await remit.start();
  ends.push(() => remit.close());
  const server = servicenowIntake(remit, TOKEN);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => server.closeAllConnections());
  ends.push(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/ingest/servicenow`;
  const incident = { number: 'INC0010001', short_description: 'service web not responding', cmdb_ci: 'web' };
  const post = async (state: string, token = TOKEN) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ ...incident, state }) });
    const body = (await answer.json()) as { items?: readonly { result: string; reason: string }[] };
    return [answer.status, body.items?.[0]?.result, body.items?.[0]?.reason];
  };
  expect(await post('1', 'a token that is not right')).toEqual([401, undefined, undefined]);
  expect(await post('1')).toEqual([200, 'created', 'new']);
  await remit.whenAtRest(reader, 'INC0010001', 5_000);
  expect(await post('6')).toEqual([200, 'left_open', 'fault_shown']);
  world.up = true;
  expect(await post('6')).toEqual([200, 'resolved', 'fault_gone']);
  expect((await remit.ticket(reader, 'INC0010001')).ticket).toMatchObject({ status: 'resolved', optedIn: false });
});
