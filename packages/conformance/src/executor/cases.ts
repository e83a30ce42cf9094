import { type Executor, hashOf, type Outcome } from '@remit/core';
import { expect } from 'vitest';
import { calm, cleared } from './clearing.js';

/** An executor over a small world, and what that world saw. */
export interface OpenedExecutor {
  /**
   * Its tools: `lab/add` (a write: adds `amount`, answers), `lab/break` (a write: adds 1, then fails half-way),
   * `lab/hang` (a write: adds 1, never answers) and `lab/count` (read-only: `{ count }`).
   */
  readonly executor: Executor;
  /** What was added so far, by tool, in order: `add 2`. Read from the world, not from the executor. */
  effects(): readonly string[] | Promise<readonly string[]>;
  /** Changes the definition of `lab/add`; what it does stays the same. */
  change(): void | Promise<void>;
}

/** One case: it runs against an executor of its own. */
export type ExecutorCase = (world: OpenedExecutor) => Promise<void>;

/** Cases by their titles. */
export type ExecutorCases = Readonly<Record<string, ExecutorCase>>;

const add = (amount = 2) => ({ tool: 'lab/add', arguments: { amount } });
const options = { signal: calm };

/** Nothing was sent: the outcome says so, and the world saw nothing. */
async function expectUnsent({ effects }: OpenedExecutor, outcome: Outcome): Promise<void> {
  expect(outcome).toMatchObject({ outcome: 'failed', result: null });
  expect(outcome.detail).toMatch(/not sent/);
  expect(await effects()).toEqual([]);
}

/** What every executor must do, whatever it acts through. */
export const EXECUTOR_CASES: ExecutorCases = {
  'catalogue: every tool has a pin, its class hint, and the definition that the pin is the hash of': async ({
    executor,
  }) => {
    const { pins, readOnly, definitions = {}, unreachable } = await executor.catalogue(options);
    expect(Object.keys(pins)).toEqual(expect.arrayContaining(['lab/add', 'lab/break', 'lab/hang', 'lab/count']));
    expect(readOnly).toMatchObject({ 'lab/add': false, 'lab/count': true });
    expect(unreachable ?? {}).toEqual({});
    for (const [name, definition] of Object.entries(definitions)) expect(hashOf(definition)).toBe(pins[name]);
    expect((await executor.catalogue(options)).pins).toEqual(pins);
  },
  'call: a cleared one is carried out once, with the arguments as revealed': async ({ executor, effects }) => {
    const request = await cleared(executor, add());
    const reveal = async () => ({ arguments: { amount: 7 }, redact: (text: string) => text });
    expect((await executor.call({ ...request, reveal }, options)).outcome).toBe('committed');
    expect(await effects()).toEqual(['add 7']);
  },
  'call: one clearance is good once, also for two at the same time': async ({ executor, effects }) => {
    const request = await cleared(executor, add());
    const both = await Promise.all([executor.call(request, options), executor.call(request, options)]);
    expect(both.map(({ outcome }) => outcome).sort()).toEqual(['committed', 'failed']);
    expect((await executor.call(request, options)).outcome).toBe('failed');
    expect(await effects()).toEqual(['add 2']);
  },
  'call: a clearance is good for its own arguments, tool and key alone': async (world) => {
    const { executor } = world;
    const of = async () => cleared(executor, add());
    await expectUnsent(world, await executor.call({ ...(await of()), arguments: { amount: 3 } }, options));
    const other = await cleared(executor, { tool: 'lab/break' });
    await expectUnsent(world, await executor.call({ ...(await of()), tool: 'lab/break', pins: other.pins }, options));
    await expectUnsent(world, await executor.call({ ...(await of()), idempotencyKey: 'other' }, options));
  },
  'call: a tool that is not the accepted one gets nothing, whoever listed the tools since': async (world) => {
    const { executor, change } = world;
    const request = await cleared(executor, add());
    await change();
    await executor.catalogue(options);
    await expectUnsent(world, await executor.call(request, options));
    const { pins } = await executor.catalogue(options);
    const moved = Object.fromEntries(Object.keys(request.pins).map((name) => [name, pins[name] ?? '']));
    const again = await cleared(executor, add());
    // The pins of today with the clearance of yesterday.
    await expectUnsent(world, await executor.call({ ...request, pins: moved }, options));
    expect((await executor.call(again, options)).outcome).toBe('committed');
  },
  'call: the last question is asked once, and any no holds it back': async (world) => {
    const { executor, effects } = world;
    const told = async (refusedNow: () => Promise<string | null>) =>
      executor.call({ ...(await cleared(executor, add())), refusedNow }, options);
    await expectUnsent(world, await told(async () => 'The kill switch is on.'));
    await expectUnsent(world, await told(async () => ''));
    await expectUnsent(world, await told(() => Promise.reject(new Error('no database'))));
    let asked = 0;
    await told(async () => {
      asked += 1;
      return null;
    });
    expect(asked).toBe(1);
    expect(await effects()).toEqual(['add 2']);
  },
  'call: without its secrets nothing is sent': async (world) => {
    const reveal = () => Promise.reject(new Error('no such secret'));
    const request = { ...(await cleared(world.executor, add())), reveal };
    await expectUnsent(world, await world.executor.call(request, options));
  },
  'call: aborted before it began, nothing is sent': async (world) => {
    const request = await cleared(world.executor, add());
    await expectUnsent(world, await world.executor.call(request, { signal: AbortSignal.abort() }));
  },
  'call: a tool that fails half-way leaves the outcome unknown': async ({ executor, effects }) => {
    const outcome = await executor.call(await cleared(executor, { tool: 'lab/break' }), options);
    expect(outcome).toMatchObject({ outcome: 'unknown', detail: expect.stringMatching(/\S/) });
    expect(await effects()).toEqual(['break 1']);
  },
  'call: no answer within the timeout leaves the outcome unknown, and is not repeated': async ({
    executor,
    effects,
  }) => {
    const request = await cleared(executor, { tool: 'lab/hang', timeoutMs: 300 });
    expect((await executor.call(request, options)).outcome).toBe('unknown');
    expect(await effects()).toEqual(['hang 1']);
  },
  'call: aborted while it is out, the outcome is unknown': async ({ executor, effects }) => {
    const stop = new AbortController();
    const call = executor.call(await cleared(executor, { tool: 'lab/hang' }), { signal: stop.signal });
    while ((await effects()).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    expect((await call).outcome).toBe('unknown');
    expect(await effects()).toEqual(['hang 1']);
  },
  'read: brings the value of a read-only tool, and never asks another': async ({ executor, effects }) => {
    const limits = { signal: calm, timeoutMs: 5_000 };
    expect(await executor.read('lab/count', {}, limits)).toEqual({ ok: true, value: { count: 0 } });
    expect(await executor.read('lab/add', { amount: 1 }, limits)).toMatchObject({ ok: false });
    expect(await executor.read('lab/nosuch', {}, limits)).toMatchObject({ ok: false });
    expect(await effects()).toEqual([]);
  },
  'close: afterwards nothing is sent': async (world) => {
    const request = await cleared(world.executor, add());
    await world.executor.close();
    await expectUnsent(world, await world.executor.call(request, options));
  },
};
