import { describe, expect, it } from 'vitest';
import type { PatternChange } from '../../src/domain/patternChange.js';
import { monitoring, operator, person, type World, world } from './world.js';

const OUTAGE = 'the web shop answers with a blank page since noon';
const OTHER_WORDS = 'customers see nothing in their browsers';

async function told(w: World, ticketId: string, description: string): Promise<string> {
  await w.submit(ticketId, { description, optedIn: false });
  const { ticket } = await w.rest(ticketId);
  return ticket.assessment?.patternId ?? '';
}

async function similarityOf(w: World, ticketId: string): Promise<number | undefined> {
  return (await w.remit.ticket(operator, ticketId)).ticket.assessment?.similarity;
}

describe('what a person says about patterns', () => {
  it('makes two wordings one problem, and two again', async () => {
    const w = await world();
    const seen: PatternChange[] = [];
    w.remit.events.on('pattern_changed', (change) => seen.push(change));
    const [one, other] = [await told(w, 'A', OUTAGE), await told(w, 'B', OTHER_WORDS)];
    expect(other).not.toBe(one);
    const merged = await w.remit.changePattern(operator, other, { kind: 'merge', into: one, reason: 'same outage' });
    expect(merged).toMatchObject({ patternId: other, edit: { kind: 'merge', into: one }, by: 'olga' });
    expect(await told(w, 'C', OTHER_WORDS)).toBe(one);
    const undo = { kind: 'undo', undoes: merged.changeId } as const;
    await expect(w.remit.changePattern(operator, one, undo)).rejects.toMatchObject({ code: 'not_found' });
    await w.remit.changePattern(operator, other, undo);
    expect(await told(w, 'D', OTHER_WORDS)).toBe(other);
    expect((await w.remit.patternChanges(operator, one)).map(({ edit }) => edit.kind)).toEqual(['merge', 'undo']);
    expect(seen.map(({ edit }) => edit.kind)).toEqual(['merge', 'undo']);
    await w.remit.close();
  });

  it('gives tickets that were taken for one problem a pattern of their own, with all that say the same', async () => {
    const w = await world();
    const one = await told(w, 'A', OUTAGE);
    const other = await told(w, 'B', OTHER_WORDS);
    await w.remit.changePattern(operator, other, { kind: 'merge', into: one });
    await told(w, 'C', OTHER_WORDS);
    expect(await told(w, 'D', OTHER_WORDS)).toBe(one);
    const split = await w.remit.changePattern(operator, one, { kind: 'split', title: 'Blank', ticketIds: ['C'] });
    expect(split.edit).toMatchObject({ kind: 'split', ticketIds: expect.arrayContaining(['C', 'D']) });
    const own = split.edit.kind === 'split' ? split.edit.into : '';
    expect(await told(w, 'E', OTHER_WORDS)).toBe(own);
    expect(await told(w, 'F', OUTAGE)).toBe(one);
    expect(await similarityOf(w, 'E')).toBe(1);
    const { items } = await w.remit.patterns(operator, { limit: 9, cursor: null });
    expect(items.map(({ patternId, title }) => [patternId, title])).toContainEqual([own, 'Blank']);
    await w.remit.close();
  });

  it('shows the tickets that count under a pattern today, newest first', async () => {
    const w = await world();
    const [one, other] = [await told(w, 'A', OUTAGE), await told(w, 'B', OTHER_WORDS)];
    const under = async (patternId: string, limit?: number) =>
      (await w.remit.patternTickets(monitoring, patternId, limit === undefined ? {} : { limit })).map(
        ({ ticketId }) => ticketId,
      );
    expect([await under(one), await under(other)]).toEqual([['A'], ['B']]);
    const merged = await w.remit.changePattern(operator, other, { kind: 'merge', into: one });
    await told(w, 'C', OTHER_WORDS);
    expect([await under(one), await under(one, 2)]).toEqual([
      ['C', 'B', 'A'],
      ['C', 'B'],
    ]);
    await w.remit.changePattern(operator, other, { kind: 'undo', undoes: merged.changeId });
    // What was told while the two were one was told to that one, and is given to the other by a split.
    expect([await under(one), await under(other)]).toEqual([['C', 'A'], ['B']]);
    const split = await w.remit.changePattern(operator, one, { kind: 'split', title: 'Blank', ticketIds: ['C'] });
    const own = split.edit.kind === 'split' ? split.edit.into : '';
    expect([await under(one, 1), await under(own)]).toEqual([['A'], ['C']]);
    await w.remit.changePattern(operator, own, { kind: 'merge', into: other });
    expect([await under(one), await under(other)]).toEqual([['A'], ['C', 'B']]);
    for (const limit of [0, 201, 1.5]) await expect(under(one, limit)).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(under('none')).rejects.toMatchObject({ code: 'not_found' });
    const elsewhere = { ...operator, tenant: 'globex' };
    await expect(w.remit.patternTickets(elsewhere, one)).rejects.toMatchObject({ code: 'not_found' });
    const approver = person('rita', ['remediation:approve']);
    await expect(w.remit.patternTickets(approver, one)).rejects.toMatchObject({ code: 'forbidden' });
    await w.remit.close();
  });

  it('is for people with the scope alone, about patterns of one category, and says what is wrong', async () => {
    const w = await world();
    const one = await told(w, 'A', OUTAGE);
    await w.submit('N', { description: OTHER_WORDS, category: 'network', optedIn: false });
    const network = (await w.rest('N')).ticket.assessment?.patternId ?? '';
    const rename = { kind: 'rename', title: 'Shop down' } as const;
    const reader = person('rita', ['tickets:read', 'tickets:write', 'remediation:approve']);
    await expect(w.remit.changePattern(reader, one, rename)).rejects.toMatchObject({ code: 'forbidden' });
    const elsewhere = { ...operator, tenant: 'globex' };
    await expect(w.remit.changePattern(elsewhere, one, rename)).rejects.toMatchObject({ code: 'not_found' });
    await expect(w.remit.patternChanges(elsewhere, one)).rejects.toMatchObject({ code: 'not_found' });
    const foreign = { kind: 'split', title: 'x', ticketIds: ['A'] } as const;
    await expect(w.remit.changePattern(elsewhere, one, foreign)).rejects.toMatchObject({ code: 'not_found' });
    const merge = (into: string) => w.remit.changePattern(operator, one, { kind: 'merge', into });
    await expect(merge(network)).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(merge(one)).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(merge('none')).rejects.toMatchObject({ code: 'not_found' });
    const split = (ticketIds: readonly string[]) =>
      w.remit.changePattern(operator, one, { kind: 'split', title: 'x', ticketIds });
    await expect(split(['N'])).rejects.toMatchObject({ code: 'invalid_input', faults: [{ pointer: '/ticketIds/0' }] });
    await expect(split(['A'])).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(split([])).rejects.toMatchObject({ code: 'invalid_input' });
    await w.remit.changePattern(operator, one, rename);
    expect((await w.remit.patterns(operator, { limit: 9, cursor: null, category: 'server' })).items).toMatchObject([
      { title: 'Shop down' },
    ]);
    expect(await w.remit.patternChanges(monitoring, one)).toMatchObject([{ by: 'olga', edit: rename }]);
    await w.remit.close();
  });
});
