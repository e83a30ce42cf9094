import { describe, expect, test } from 'vitest';
import { byBearer, fromServiceNow } from '../src/index.js';
import { receiving, sender } from './ingestWorld.js';

const TOKEN = 'a token of enough letters';
const incident = (more: object = {}) => ({
  sys_id: '46e2fee9a9fe19810049b49dee0daf58',
  number: 'INC0010001',
  state: '1',
  short_description: 'service web not responding',
  description: 'service web not responding since noon',
  category: 'Software',
  priority: '2',
  urgency: '2',
  impact: '2',
  caller_id: 'beth.anglin',
  cmdb_ci: 'web',
  enable_auto_remediation: 'true',
  ...more,
});

async function snow() {
  const read = fromServiceNow({
    category: ({ category }) => (category === 'Software' ? 'server' : 'other'),
    targets: ({ cmdb_ci }) => (cmdb_ci ? [`service:${cmdb_ci}`] : []),
    states: { '18': 'opened', Mitigated: 'over' },
  });
  const on = await receiving({ verify: byBearer(TOKEN), read });
  const send = (body: object) => on.post(JSON.stringify(body), { authorization: `Bearer ${TOKEN}` });
  return { ...on, send };
}

describe('incidents of ServiceNow', () => {
  test('become tickets under their own number, not opted in; an update is the same ticket', async () => {
    const { send, remit, ids } = await snow();
    expect((await send(incident())).body.items).toEqual([
      { ticket_id: 'INC0010001', result: 'created', reason: 'new', code: null },
    ]);
    expect((await remit.ticket(sender, 'INC0010001')).ticket).toMatchObject({
      title: 'service web not responding',
      description: 'service web not responding since noon',
      category: 'server',
      optedIn: false,
      priority: '2',
      requester: 'beth.anglin',
      targets: ['service:web'],
      metadata: { source: 'servicenow', fields: { urgency: '2' } },
    });
    expect((await send(incident({ state: '2', work_notes: 'looking' }))).body.items).toMatchObject([
      { result: 'known' },
    ]);
    expect(await ids()).toEqual(['INC0010001']);
  });

  test('may come as the Table API says them, with stored and shown values', async () => {
    const { send, remit } = await snow();
    const both = (value: string, display_value: string) => ({ value, display_value, link: 'https://acme.test/x' });
    const result = incident({
      state: both('2', 'In Progress'),
      number: both('INC7', 'INC7'),
      cmdb_ci: both('a1', 'web'),
      caller_id: both('u1', 'Beth Anglin'),
      short_description: both('service web down', 'service web down'),
      description: null,
    });
    expect((await send({ result })).body.items).toMatchObject([{ ticket_id: 'INC7', result: 'created' }]);
    expect((await remit.ticket(sender, 'INC7')).ticket).toMatchObject({
      description: 'service web down',
      requester: 'Beth Anglin',
      targets: ['service:web'],
    });
  });

  test('of states of the operator are known by value or name', async () => {
    const { send } = await snow();
    expect((await send(incident({ state: '18' }))).body.items).toMatchObject([{ result: 'created' }]);
    const mitigated = { value: '19', display_value: 'Mitigated' };
    expect((await send(incident({ number: 'INC9', state: mitigated }))).body.items).toMatchObject([
      { ticket_id: 'INC9', result: 'refused', code: 'not_found' },
    ]);
  });

  test.each([
    [{ ...incident(), state: '99' }, ['/state']],
    [{ ...incident(), state: '__proto__' }, ['/state']],
    [{ ...incident(), number: '', state: 5 }, ['/state']],
    [{ ...incident(), number: '' }, ['/number']],
    [{ result: { number: 'INC1' } }, ['/result/state', '/result/short_description']],
    [{ result: [] }, ['/result']],
    [[], ['']],
  ])('that are not as they should be store nothing (%#)', async (body, pointers) => {
    const { send, ids } = await snow();
    const reply = await send(body);
    expect([reply.status, reply.body['code'], reply.body.errors.map(({ pointer }) => pointer)]).toEqual([
      400,
      'invalid_input',
      pointers,
    ]);
    expect(await ids()).toEqual([]);
  });
});
