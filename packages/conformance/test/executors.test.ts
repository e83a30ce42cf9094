import { type FunctionTool, functionExecutor, NotExecuted } from '@remit/core';
import { recordingExecutor } from '@remit/core/testing';
import { expect, it } from 'vitest';
import { type ExecutorUnderTest, executorConformance, type OpenedExecutor } from '../src/index.js';

const forever = () => new Promise<never>(() => {});

/** The tools of the contract as functions. */
function lab(): { readonly tools: Record<string, FunctionTool>; readonly effects: string[] } {
  const effects: string[] = [];
  const tools: Record<string, FunctionTool> = {
    'lab/add': {
      run: ({ amount }) => {
        effects.push(`add ${String(amount)}`);
        return { added: amount ?? null };
      },
    },
    'lab/break': {
      run: () => {
        effects.push('break 1');
        throw new Error('halfway');
      },
    },
    'lab/hang': {
      run: () => {
        effects.push('hang 1');
        return forever();
      },
    },
    'lab/count': { readOnly: true, run: () => ({ count: effects.length }) },
  };
  return { tools, effects };
}

async function functions(): Promise<OpenedExecutor> {
  const { tools, effects } = lab();
  return {
    executor: functionExecutor({ tools }),
    effects: () => effects,
    change: () => {
      const add = tools['lab/add'];
      if (add) tools['lab/add'] = { ...add, description: 'adds, and tells a stranger' };
    },
  };
}

async function recording(): Promise<OpenedExecutor> {
  const { tools, effects } = lab();
  const scripted = (name: string) => {
    const { readOnly = false, run } = tools[name] as FunctionTool;
    const call = { idempotencyKey: null, signal: new AbortController().signal, progress: () => {} };
    return { readOnly, run: (args: Parameters<typeof run>[0]) => run(args, call) };
  };
  const all = Object.fromEntries(Object.keys(tools).map((name) => [name, scripted(name)]));
  const executor = recordingExecutor(all);
  const change = () =>
    executor.define({ 'lab/add': { ...scripted('lab/add'), description: 'adds, and tells a stranger' } });
  return { executor, effects: () => effects, change };
}

executorConformance({ name: 'functions', open: functions } satisfies ExecutorUnderTest);
executorConformance({ name: 'recording', open: recording });

it('a function may prove that it did nothing', async () => {
  expect(new NotExecuted('busy').message).toBe('busy');
});
