import type { Analysis } from '../domain/analysis.js';
import type { AnalysisInput, Analyst } from '../ports/analyst.js';

/** What a scripted analyst says; everything has a harmless default. */
export type ScriptedAnswer = Partial<Analysis>;

/** An analyst that says what a test tells it to: the same for every ticket, or what a function makes of one. */
export function scriptedAnalyst(answer: ScriptedAnswer | ((input: AnalysisInput) => ScriptedAnswer)): Analyst {
  return {
    name: 'scripted',
    async analyze(input) {
      return {
        analyst: 'scripted',
        summary: 'scripted',
        rootCause: null,
        hypotheses: [],
        plan: null,
        confidence: 0.9,
        evidence: [],
        whatWouldChangeMyMind: null,
        observations: [],
        ...(typeof answer === 'function' ? answer(input) : answer),
      };
    },
  };
}
