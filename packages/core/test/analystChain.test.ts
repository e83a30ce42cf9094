import { type Analysis, type AnalysisInput, type Analyst, chain, type ModelResult, type ModelUse } from '@remit/core';
import { movableClock } from '@remit/core/testing';
import { describe, expect, it } from 'vitest';

const input = {} as AnalysisInput;
const { signal } = new AbortController();
const plan = { actions: [{ action: 'restart', arguments: {} }] };

function use(result: ModelResult): ModelUse {
  const tokens = { inputTokens: 10, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };
  return { model: 'm', result, questions: 1, ...tokens, costUsd: 0.01, requestIds: [], sentHash: 'h', sent: null };
}

/** An analyst that counts how often it is asked. */
function analyst(name: string, answer: () => Partial<Analysis>): Analyst & { asked: number } {
  const made = {
    name,
    asked: 0,
    async analyze(): Promise<Analysis> {
      made.asked += 1;
      return {
        analyst: name,
        summary: `${name} says`,
        rootCause: null,
        hypotheses: [],
        plan: null,
        confidence: 0,
        evidence: [],
        whatWouldChangeMyMind: null,
        observations: [{ tool: name, arguments: {}, value: null, error: null }],
        ...answer(),
      };
    },
  };
  return made;
}

const proposes = (name: string) => analyst(name, () => ({ plan, confidence: 0.8 }));
const knowsNothing = (name: string) => analyst(name, () => ({}));
const broken = (name: string) => analyst(name, () => ({ modelUses: [use('overloaded')] }));

describe('a chain of analysts', () => {
  it('asks the next one only when the one before has no plan', async () => {
    const [first, second] = [proposes('cheap'), proposes('costly')];
    const analysis = await chain([first, second]).analyze(input, { signal });
    expect(analysis).toMatchObject({ analyst: 'cheap', plan });
    expect(second.asked).toBe(0);
  });

  it('hands on what those before found out', async () => {
    const analysis = await chain([broken('model'), proposes('other')]).analyze(input, { signal });
    expect(analysis).toMatchObject({ analyst: 'other', plan, modelUses: [use('overloaded')] });
    expect(analysis.observations.map(({ tool }) => tool)).toEqual(['model', 'other']);
    expect(analysis.evidence).toContain('model: model says');
  });

  it('has no proposal, with what each said, when nobody has one', async () => {
    const throws = analyst('throws', () => {
      throw new Error('boom');
    });
    const analysis = await chain([knowsNothing('a'), throws]).analyze(input, { signal });
    expect(analysis).toMatchObject({ plan: null, confidence: 0 });
    expect(analysis.summary).toContain('a: a says');
    expect(analysis.summary).toContain('throws: gave no answer (boom)');
  });

  it('keeps to the budget of any 60 minutes', async () => {
    const clock = movableClock(0);
    const costly = proposes('costly');
    const chained = chain([{ analyst: costly, perHour: 2 }], { clock });
    for (const minute of [0, 30, 59]) {
      clock.set(minute * 60_000);
      await chained.analyze(input, { signal });
    }
    expect(costly.asked).toBe(2);
    clock.set(60 * 60_000);
    expect((await chained.analyze(input, { signal })).plan).toEqual(plan);
    expect((await chained.analyze(input, { signal })).summary).toContain('budget of 2');
  });

  it('leaves one alone after failures in a row, and tries it again with one ticket', async () => {
    const clock = movableClock(0);
    let heals = false;
    const ill = analyst('ill', () => (heals ? { plan } : { modelUses: [use('timed_out')] }));
    const chained = chain([{ analyst: ill, failures: 2, restMs: 1000 }], { clock });
    const ask = () => chained.analyze(input, { signal });
    await ask();
    await ask();
    expect((await ask()).summary).toContain('left alone after 2 failures');
    expect(ill.asked).toBe(2);
    clock.set(1000);
    await ask();
    await ask();
    expect(ill.asked).toBe(3);
    clock.set(2000);
    heals = true;
    expect((await ask()).plan).toEqual(plan);
    heals = false;
    await ask();
    await ask();
    expect(ill.asked).toBe(6);
  });

  it('does not call a refusal or an invalid answer a failure of the model', async () => {
    const refuses = analyst('refuses', () => ({ modelUses: [use('refused')] }));
    const chained = chain([{ analyst: refuses, failures: 1 }]);
    await chained.analyze(input, { signal });
    await chained.analyze(input, { signal });
    expect(refuses.asked).toBe(2);
  });

  it('refuses to be empty', () => {
    expect(() => chain([])).toThrow(expect.objectContaining({ code: 'invalid_configuration' }));
  });
});
