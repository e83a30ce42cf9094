import type { CallRequest, Clearance } from '@remit/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type McpExecutor, mcpExecutor } from '../src/index.js';
import { accept, calm, type Hostile, hostile, request } from './hostile.js';

let world: Hostile;
let executor: McpExecutor;

beforeAll(async () => {
  world = hostile();
  executor = mcpExecutor({ servers: { h: world.server } });
  await accept(executor);
});
afterAll(() => executor.close());

const aborted = AbortSignal.abort();
const never = () => new Promise<null>(() => {});

const cases: { why: string; detail: string; make(): CallRequest; signal?: AbortSignal }[] = [
  {
    why: 'the clearance only looks like one',
    detail: 'forged',
    make: () => ({
      ...request('h/good'),
      clearance: { call: request('h/good').clearance.call } as unknown as Clearance,
    }),
  },
  {
    why: 'the clearance is for other arguments',
    detail: 'another call',
    make: () => ({ ...request('h/good', { arguments: { host: 'a' } }), arguments: { host: 'b' } }),
  },
  {
    why: 'the clearance is for another tool',
    detail: 'another call',
    make: () => ({ ...request('h/good'), tool: 'h/fails', pins: request('h/fails').pins }),
  },
  {
    why: 'the clearance is for another key',
    detail: 'another call',
    make: () => ({ ...request('h/good'), idempotencyKey: 'other' }),
  },
  {
    why: 'the last question is answered with no',
    detail: 'not sent: The kill switch is on.',
    make: () => request('h/good', { refusedNow: async () => 'The kill switch is on.' }),
  },
  {
    why: 'the last question is answered with an empty no',
    detail: 'not sent',
    make: () => request('h/good', { refusedNow: async () => '' }),
  },
  {
    why: 'the last question fails',
    detail: 'no database',
    make: () => request('h/good', { refusedNow: () => Promise.reject(new Error('no database')) }),
  },
  {
    why: 'the last question throws at once',
    detail: 'broken hook',
    make: () =>
      request('h/good', {
        refusedNow: () => {
          throw new Error('broken hook');
        },
      }),
  },
  {
    why: 'the last question is never answered',
    detail: 'longer than the time allowed',
    make: () => request('h/good', { refusedNow: never, timeoutMs: 100 }),
  },
  { why: 'it was aborted before', detail: 'aborted', make: () => request('h/good'), signal: aborted },
  { why: 'no time is given', detail: 'no time', make: () => request('h/good', { timeoutMs: 0 }) },
  { why: 'time is not a number', detail: 'no time', make: () => request('h/good', { timeoutMs: Number.NaN }) },
  { why: 'no server has that name', detail: 'no server', make: () => request('x/good') },
  { why: 'the tool has no server', detail: 'no server', make: () => request('good') },
  { why: 'the server has no such tool', detail: 'has no tool "missing"', make: () => request('h/missing') },
  { why: 'the tool runs only as a task', detail: 'only as a task', make: () => request('h/onlyTask') },
  { why: 'its output schema is broken', detail: 'nowhere', make: () => request('h/badSchema') },
  {
    why: 'the arguments cannot be copied',
    detail: 'not sent',
    make: () => request('h/good', { arguments: { f: (() => 1) as unknown as string } }),
  },
];

describe('nothing is sent', () => {
  it.each(cases)('when $why', async ({ make, detail, signal = calm }) => {
    const before = world.calls();
    const answer = await executor.call(make(), { signal });
    expect(answer).toMatchObject({ outcome: 'failed', result: null });
    expect(answer.detail).toContain('not sent');
    expect(answer.detail).toContain(detail);
    // A question that passes the server afterwards proves that nothing is still on its way.
    await executor.catalogue({ signal: calm });
    expect(world.calls()).toBe(before);
  });

  it('when the clearance was used before', async () => {
    const sent = request('h/good');
    expect((await executor.call(sent, { signal: calm })).outcome).toBe('committed');
    const before = world.calls();
    expect(await executor.call(sent, { signal: calm })).toMatchObject({ outcome: 'failed' });
    expect(world.calls()).toBe(before);
  });

  it('when one clearance is used by two calls at once', async () => {
    const sent = request('h/good');
    const before = world.calls();
    const both = await Promise.all([executor.call(sent, { signal: calm }), executor.call(sent, { signal: calm })]);
    expect(both.map(({ outcome }) => outcome).sort()).toEqual(['committed', 'failed']);
    expect(world.calls() - before).toBe(1);
  });

  it('of arguments that change after the question was asked: what was cleared is what is sent', async () => {
    const args = { host: 'a' };
    const sent = request('h/good', {
      arguments: args,
      refusedNow: async () => {
        args.host = 'b';
        return null;
      },
    });
    const answer = await executor.call(sent, { signal: calm });
    // The clearance holds the very object that was changed, so the copy no longer matches it.
    expect(answer.outcome).toBe('failed');
  });

  it('asks the last question once, and only when everything else is ready', async () => {
    let asked = 0;
    const refusedNow = async () => {
      asked += 1;
      return null;
    };
    await executor.call(request('h/missing', { refusedNow }), { signal: calm });
    expect(asked).toBe(0);
    await executor.call(request('h/good', { refusedNow }), { signal: calm });
    expect(asked).toBe(1);
  });

  it('when aborted while the last question is out', async () => {
    const stop = new AbortController();
    const refusedNow = async () => {
      stop.abort();
      return null;
    };
    const before = world.calls();
    const answer = await executor.call(request('h/good', { refusedNow }), { signal: stop.signal });
    expect(answer).toMatchObject({ outcome: 'failed', detail: expect.stringContaining('aborted') });
    expect(world.calls()).toBe(before);
  });
});
