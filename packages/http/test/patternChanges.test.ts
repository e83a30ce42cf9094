import { describe, expect, test } from 'vitest';
import type { Reply } from './client.js';
import { submit, ticket, type World, world } from './servedWorld.js';

/* What people say about patterns, over HTTP, at a real Remit. */

const P = '/api/v1/patterns';
const OUTAGE = 'the web shop answers with a blank page since noon';
const OTHER_WORDS = 'customers see nothing in their browsers';

/** The pattern of a ticket with these words. */
async function told(w: World, id: string, description: string, more: object = {}): Promise<string> {
  const { body } = await submit(w, ticket(id, { description, ...more }));
  expect(body['pattern_id']).toMatch(/./);
  return String(body['pattern_id']);
}

const change = async (w: World, path: string, body: object, as = 'olga'): Promise<Reply> =>
  w.on.send('POST', `${P}/${path}`, { body, as });
const changes = async (w: World, pattern: string) => (await w.on.send('GET', `${P}/${pattern}/changes`)).body.items;
const titles = async (w: World) => (await w.on.send('GET', P)).body.items.map(({ title }) => title);
const refusal = ({ status, body }: Reply) => [status, body['code']];

/** Two wordings, two patterns. */
async function two() {
  const w = await world();
  return { w, one: await told(w, 'A', OUTAGE), other: await told(w, 'B', OTHER_WORDS) };
}

describe('a pattern', () => {
  test('gets another name, with who gave it and why', async () => {
    const { w, one } = await two();
    const body = { title: 'Shop down', reason: 'so people call it' };
    const renamed = await change(w, `${one}/rename`, body);
    const said = { edit: { kind: 'rename', title: 'Shop down' }, reason: body.reason, by: 'olga', pattern_id: one };
    expect([renamed.status, renamed.body]).toMatchObject([201, said]);
    expect(await titles(w)).toContain('Shop down');
    expect(await changes(w, one)).toEqual([renamed.body]);
  });

  test('becomes part of another one, and is apart again once that is taken back; both histories say so', async () => {
    const { w, one, other } = await two();
    const merged = await change(w, `${other}/merge`, { into: one });
    expect([merged.status, merged.body]).toMatchObject([201, { edit: { kind: 'merge', into: one }, reason: null }]);
    expect(await told(w, 'C', OTHER_WORDS)).toBe(one);
    expect(refusal(await change(w, `${other}/merge`, { into: one }))).toEqual([409, 'pattern_conflict']);
    expect(refusal(await change(w, `${one}/merge`, { into: other }))).toEqual([409, 'pattern_conflict']);
    expect(refusal(await change(w, `${other}/rename`, { title: 'x' }))).toEqual([409, 'pattern_conflict']);
    const undo = { undoes: merged.body['change_id'] };
    expect(refusal(await change(w, `${one}/undo`, undo))).toEqual([404, 'not_found']);
    const undone = await change(w, `${other}/undo`, undo);
    expect([undone.status, undone.body]).toMatchObject([201, { edit: { kind: 'undo', ...undo } }]);
    expect(await told(w, 'D', OTHER_WORDS)).toBe(other);
    expect(refusal(await change(w, `${other}/undo`, undo))).toEqual([409, 'pattern_conflict']);
    for (const pattern of [one, other]) expect(await changes(w, pattern)).toEqual([merged.body, undone.body]);
  });

  test('is split: tickets that say the same get a pattern of their own', async () => {
    const { w, one, other } = await two();
    await change(w, `${other}/merge`, { into: one });
    await told(w, 'C', OTHER_WORDS);
    await told(w, 'D', OTHER_WORDS);
    const split = await change(w, `${one}/split`, { title: 'Blank', ticket_ids: ['C'] });
    const edit = split.body['edit'] as Readonly<Record<string, unknown>>;
    expect(Object.keys(edit).sort()).toEqual(['into', 'kind', 'ticket_ids', 'title']);
    expect([split.status, edit]).toMatchObject([201, { kind: 'split', title: 'Blank' }]);
    expect([...(edit['ticket_ids'] as string[])].sort()).toEqual(['C', 'D']);
    expect(await told(w, 'E', OTHER_WORDS)).toBe(edit['into']);
    expect(await changes(w, String(edit['into']))).toEqual([split.body]);
  });

  test('is not changed by what cannot be; the answer says where it is wrong, in the names of the wire', async () => {
    const { w, one } = await two();
    const none = await change(w, `${one}/split`, { title: 'x', ticket_ids: ['A', 'B'] });
    expect([...refusal(none), none.body.errors.map(({ pointer }) => pointer)]).toEqual([
      ...[400, 'invalid_input'],
      ['/ticket_ids/1'],
    ]);
    const all = await change(w, `${one}/split`, { title: 'x', ticket_ids: ['A'] });
    expect([...refusal(all), all.body.errors.map(({ pointer }) => pointer)]).toEqual([
      ...[400, 'invalid_input'],
      ['/ticket_ids'],
    ]);
    for (const [verb, body] of [
      ['merge', { into: one }],
      ['merge', {}],
      ['rename', { title: '' }],
      ['rename', { title: 'x', into: one }],
      ['split', { title: 'x', ticket_ids: [] }],
      ['undo', { kind: 'undo' }],
    ] as const) {
      expect(refusal(await change(w, `${one}/${verb}`, body)), verb).toEqual([400, 'invalid_input']);
    }
    const network = await told(w, 'N', OTHER_WORDS, { category: 'network' });
    expect(refusal(await change(w, `${one}/merge`, { into: network }))).toEqual([400, 'invalid_input']);
    expect(refusal(await change(w, `${one}/merge`, { into: 'nothing' }))).toEqual([404, 'not_found']);
    expect(refusal(await change(w, `${one}/rename`, { title: 'x' }, 'limited'))).toEqual([403, 'forbidden']);
    expect(await changes(w, one)).toEqual([]);
  });

  test("of another tenant is not there, nor are its changes, nor may one's own be merged into it", async () => {
    const { w, one, other } = await two();
    const said = await change(w, `${one}/rename`, { title: 'Shop down' });
    await w.on.send('POST', '/api/v1/tickets', {
      body: ticket('R', { description: OUTAGE }),
      as: 'rival@olga',
      headers: { prefer: 'wait=5' },
    });
    const own = String((await w.on.send('GET', P, { as: 'rival@olga' })).body.items[0]?.['pattern_id']);
    expect([one, other]).not.toContain(own);
    const undo = { undoes: said.body['change_id'] };
    for (const [path, body] of [
      [`${one}/rename`, { title: 'mine' }],
      [`${other}/merge`, { into: one }],
      [`${one}/split`, { title: 'mine', ticket_ids: ['A'] }],
      [`${one}/undo`, undo],
      [`${own}/merge`, { into: one }],
      [`${own}/undo`, undo],
    ] as const) {
      expect(refusal(await change(w, path, body, 'rival@olga')), path).toEqual([404, 'not_found']);
    }
    const read = await w.on.send('GET', `${P}/${one}/changes`, { as: 'rival@olga' });
    expect(refusal(read)).toEqual([404, 'not_found']);
    expect(await changes(w, one)).toEqual([said.body]);
    expect(await titles(w)).toContain('Shop down');
  });
});
