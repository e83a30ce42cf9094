import { PatternLearner, SIMILARITY, type Storage, TEMPLATE_PRECISION } from '@remit/core';
import { memoryStorage } from '@remit/core/testing';
import { expect, it } from 'vitest';

/* The same tickets in the same order are the same patterns, with the same similarity to the last bit, on every store. */

const PROBLEMS = [
  'database connection pool is exhausted',
  'printer on floor does not print any page',
  'vpn tunnel drops every few minutes',
  'disk of the mail server is nearly full',
  'login page answers with an error after the update',
  'nightly backup job did not finish in time',
];
const TAILS = [
  'since this morning',
  'again',
  'for all users in Rome',
  'please help',
  'after the reboot',
  'on host 10.0.0.7',
];
const WORDS = ['slow', 'urgent', 'customer', 'again', 'network', 'server', 'timeout', 'page', 'cache', 'queue'];

interface Told {
  readonly ticketId: string;
  readonly description: string;
}

/** Tickets that vary known problems, every third a line of a program; the same for every store. */
function ticketsOf(count: number): readonly (Told & { readonly submitter: string })[] {
  let state = 7;
  const pick = <T>(from: readonly T[]): T => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return from[(state >>> 16) % from.length] as T;
  };
  return Array.from({ length: count }, (_, n) => {
    const problem = pick(PROBLEMS).split(' ');
    problem.splice((state >>> 8) % problem.length, 1, pick(WORDS));
    const words = [...problem, pick(TAILS), pick(WORDS)].join(' ');
    const isLine = n % 3 === 0;
    const line = `probe of ${pick(WORDS)} failed with ${pick(WORDS)} on host ${pick(WORDS)} by watch`;
    return { ticketId: `T-${n}`, description: isLine ? line : words, submitter: isLine ? 'syslog' : 'ana' };
  });
}

async function recognised(storage: Storage, count: number, tenant = 'acme'): Promise<readonly unknown[]> {
  let patterns = 0;
  const ids = {
    next: (): string => {
      patterns += 1;
      return `p-${patterns}`;
    },
  };
  const learner = new PatternLearner({ storage, ids, alertSources: ['syslog'] });
  const answers: unknown[] = [];
  for (const ticket of ticketsOf(count)) {
    const told = { tenant, category: 'server', title: null, ...ticket };
    const { patternId, similarity, known, signature } = await learner.recognise(told);
    answers.push([patternId, similarity, known, await learner.similarTo(told, { patternId, signature })]);
  }
  return answers;
}

/** Declares the test for one store. */
export function samePatterns(store: {
  readonly name: string;
  open(): Promise<Storage>;
  readonly tickets: number;
}): void {
  it(`memory and ${store.name} find the same patterns and the same similar tickets`, async () => {
    const storage = await store.open();
    try {
      const here = await recognised(storage, store.tickets);
      const inMemory = await recognised(memoryStorage(), store.tickets);
      expect(here).toEqual(inMemory);
      const joined = inMemory.filter((answer) => Array.isArray(answer) && answer[2] === true && answer[1] !== 1);
      // Else nothing was compared that is not exact.
      expect(joined.length).toBeGreaterThan(2);
      const byTemplate = joined.filter((answer) => Array.isArray(answer) && answer[1] === TEMPLATE_PRECISION);
      expect(byTemplate.length).toBeGreaterThan(2);
      expect(byTemplate.length).toBeLessThan(joined.length);
    } finally {
      await storage.close();
    }
  }, 240_000);

  it(`memory and ${store.name} find the same where little of the index is read`, async () => {
    const usual = { ...SIMILARITY };
    const storage = await store.open();
    const inMemory = () => recognised(memoryStorage(), store.tickets);
    const both = async (lookedFor: number) => {
      Object.assign(SIMILARITY, { postings: 30, lookedAt: 12, lookedFor, candidates: 6 });
      const answers = await inMemory();
      expect(await recognised(storage, store.tickets, `looks for ${lookedFor}`)).toEqual(answers);
      return answers;
    };
    try {
      const whole = await inMemory();
      const little = await both(2);
      const closer = await both(9);
      // Else the limits limit nothing.
      expect(little).not.toEqual(whole);
      expect(closer).not.toEqual(little);
    } finally {
      Object.assign(SIMILARITY, usual);
      await storage.close();
    }
  }, 240_000);
}
