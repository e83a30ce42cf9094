import { format } from 'node:util';
import { ASYMMETRIC_MATCHERS_OBJECT, JestAsymmetricMatchers, JestChaiExpect, JestExtend } from '@vitest/expect';
import * as chai from 'chai';

/*
 * What the tests of the domain use of vitest, on top of mocha. Mocha keeps a file loaded between runs, vitest starts a
 * worker and loads everything anew: for thousands of changes that is minutes instead of hours.
 */

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);
const matchers: object = Reflect.get(globalThis, ASYMMETRIC_MATCHERS_OBJECT);
const ask = (value: unknown, message?: string): Chai.Assertion => chai.expect(value, message);

const POLL = { everyMs: 20, withinMs: 1_000 };

/** Asks again until the claim holds, or says why it does not. */
const poll = (look: () => unknown): unknown =>
  new Proxy(
    {},
    {
      get: (_, claim) => async (wanted: unknown) => {
        for (const startedMs = performance.now(); ; await new Promise((go) => setTimeout(go, POLL.everyMs))) {
          try {
            const asked = ask(await look());
            return Reflect.get(asked, claim).call(asked, wanted);
          } catch (error) {
            if (performance.now() - startedMs > POLL.withinMs) throw error;
          }
        }
      },
    },
  );

/** Vitest's `expect`, as far as it needs no running vitest. */
export const expect = Object.assign(ask, chai.expect, matchers, { poll });

type Body = (...args: readonly unknown[]) => unknown;
type Add = (title: string, body: () => unknown) => unknown;

/** One test or block for each row. Titles get a number: coverage is kept by title, so each needs one of its own. */
const eachOf =
  (add: Add) =>
  (rows: readonly unknown[]) =>
  (title: string, body: Body): void => {
    rows.forEach((row, n) => {
      const args: readonly unknown[] = Array.isArray(row) ? row : [row];
      const places = title.match(/%[sdifjoO]/g)?.length ?? 0;
      add(`${n} ${format(title, ...args.slice(0, places))}`, () => body(...args));
    });
  };

const global: { readonly it: Add; readonly describe: Add } & Record<string, Add> = globalThis as never;
const addTest: Add = (title, body) => global.it(title, async () => body());

/** A test. */
export const it = Object.assign(addTest, { each: eachOf(addTest) });
/**
 * The same under vitest's other name.
 * @alias
 */
export const test = it;
/** A block of tests. */
export const describe = Object.assign(((title, body) => global.describe(title, () => void body())) satisfies Add, {
  each: eachOf((title, body) => global.describe(title, () => void body())),
});

const hook =
  (name: string) =>
  (body: () => unknown): unknown =>
    global[name]?.(name, async () => body());
export const [beforeEach, afterEach, beforeAll, afterAll] = ['beforeEach', 'afterEach', 'before', 'after'].map(hook);
