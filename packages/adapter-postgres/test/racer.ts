import { defaultPolicy, type LogRow, RemitError } from '@remit/core';
import {
  appendOf,
  CLAIMED,
  contentHashOf,
  FIRST,
  openingOf,
  ticketOf,
  upTo,
  voteOf,
  wordsOf,
} from '../../conformance/src/storage/samples.js';
import { postgresStorage } from '../src/index.js';
import { KEYS, type Raced, ROUNDS, TENANT } from './race.js';

/*
 * One process of a race on one schema: says when it is ready, waits for the word, does its part, tells what came of it.
 * Every process asks for the same things at the same time.
 */

const HOUR_MS = 3_600_000;
const LEASE = { leaseMs: 60_000 };

async function race(url: string, schema: string, self: number): Promise<Raced> {
  // The schema is not there yet: the processes race to make and to migrate it, too.
  const storage = await postgresStorage({ url, poolSize: 4 }, { schema });
  const { tickets, remediations, slots, locks, patterns, pins, policies } = storage;
  // Several at a time within the process as well, each process in an order of its own.
  const each = <Answer>(ask: (n: number) => Promise<Answer>): Promise<Answer[]> =>
    Promise.all(upTo(ROUNDS).map((n) => ask((n + self) % ROUNDS)));
  const idOf = (n: number): string => `INC-${n}`;

  const submitted = await each(async (n) => {
    const ticket = ticketOf({ tenant: TENANT, ticketId: idOf(n) });
    return (await tickets.submit(ticket, contentHashOf(ticket))).kind;
  });
  const claimed = await each(async (n) => {
    const claim = await tickets.claim(TENANT, idOf(n), { owner: `p-${self}`, ...LEASE });
    return claim.kind === 'claimed' ? [idOf(n)] : [];
  });
  const opened = await each(async (n) => {
    const parts = { tenant: TENANT, ticketId: idOf(n), remediationId: `rem-${n}-${self}` };
    const opening = openingOf(1, await storage.now(), parts);
    for (;;) {
      const answer = await remediations.open(opening);
      if (answer.kind === 'opened') return [parts.remediationId];
      // Nobody has claimed the ticket yet: the process that will is only slower.
      if (answer.kind !== 'fenced' || (await tickets.find(TENANT, idOf(n)))?.remediationId) return [];
    }
  });
  const rowsOf = (n: number): Promise<readonly LogRow[]> => remediations.logOf(TENANT, idOf(n));
  const runs = await each(async (n) => {
    const [row] = await rowsOf(n);
    const request = { owner: `p-${self}`, expectedVersion: 1, ...LEASE };
    const claim = await remediations.claim(TENANT, row?.remediationId ?? '', request);
    return claim.kind === 'claimed' ? [idOf(n)] : [];
  });
  const appended = await each(async (n) => {
    let written = 0;
    while (written < 2) {
      const append = appendOf(await rowsOf(n), [CLAIMED], { token: null, atMs: 1 });
      if ((await remediations.append(append)).kind === 'appended') written += 1;
    }
    return written;
  });
  const reserved = await each(async (n) => {
    const wide = { scope: 'tenant', key: TENANT, amount: 1, limit: 10, windowMs: HOUR_MS } as const;
    const narrow = { ...wide, scope: 'target', key: `key-${n % 2}` } as const;
    const claims = self % 2 === 0 ? [wide, narrow] : [narrow, wide];
    return (await slots.reserve(TENANT, `rem-${n}-${self}`, claims)).kind;
  });
  const taken = await each(async (n) => {
    const wanted = [KEYS[(n + self) % 6], KEYS[(n + 2 * self + 1) % 6], KEYS[(n + 3) % 6]];
    const keys = wanted.filter((key) => key !== undefined);
    return (await locks.take(TENANT, `rem-${n}-${self}`, keys)).kind === 'taken' ? [...new Set(keys)] : [];
  });
  const adopted = await each(async (n) => {
    const adoption = { patternId: `p-${n}-${self}`, category: 'server', version: 1, first: FIRST };
    const { patternId } = await patterns.adopt(TENANT, { ...adoption, signature: wordsOf('web', `word-${n}`) });
    return `${n} ${patternId}`;
  });
  // The same few people vote everywhere at once: each of them counts once in 24 h.
  await each(async (n) => {
    const votes = upTo(3).map((m) => voteOf({ ticketId: `VOTED-${n}-${self}-${m}`, principal: `person-${m}` }));
    await patterns.learn(TENANT, self % 2 === 0 ? votes : votes.reverse());
  });
  const tools = { pins: { tool: 'x' }, definitions: {}, principal: `p-${self}`, atMs: 1, onlyNew: true };
  const pinned = [await pins.accept(TENANT, 'lab', tools)];
  const saved = await each(async (n) => {
    const change = { expectedVersion: 0, policy: defaultPolicy('server'), by: `p-${self}`, atMs: 1 };
    return (await policies.save(TENANT, `category-${n}`, change)).kind;
  });
  await storage.close();
  return {
    submitted,
    claimed: claimed.flat(),
    opened: opened.flat(),
    runs: runs.flat(),
    appended,
    reserved,
    taken: taken.flat(),
    adopted,
    pinned,
    policies: saved,
  };
}

const [url = '', schema = '', self = ''] = process.argv.slice(2);
process.once('message', () => {
  race(url, schema, Number(self)).then(
    (raced) => process.send?.(raced, () => process.exit(0)),
    (error: unknown) => {
      console.error(error, RemitError.is(error) ? error.cause : undefined);
      process.exit(1);
    },
  );
});
process.send?.('ready');
