import { type Analysis, type ModelResult, type ModelUse, noProposal } from '../domain/analysis.js';
import { ANALYST_CHAIN } from '../domain/policy.js';
import { messageOf } from '../errors.js';
import type { AnalysisInput, Analyst } from '../ports/analyst.js';
import type { ChainLink, ChainOptions } from './analystChain.js';

/* Several analysts as one: cheap first, the costly ones within a budget, the broken ones left alone for a while. */

/** Results that say something about the model's health, not about the ticket. */
const UNHEALTHY: ReadonlySet<ModelResult> = new Set(['overloaded', 'unauthorised', 'timed_out', 'unreachable']);

interface Breaker {
  readonly link: Required<ChainLink>;
  /** When it was asked, ms, oldest first. */
  asked: number[];
  failedInARow: number;
  restsUntilMs: number;
}

/** Why a link is not asked now; null when it may be. */
function reasonToSkip({ link, asked, restsUntilMs }: Breaker, now: number): string | null {
  if (now < restsUntilMs) return `left alone after ${link.failures} failures in a row`;
  if (asked.length >= link.perHour) return `its budget of ${link.perHour} tickets an hour is used up`;
  return null;
}

/** Notes how it went. After a rest one failure is enough for the next one. */
function note(breaker: Breaker, healthy: boolean, now: number): void {
  breaker.failedInARow = healthy ? 0 : breaker.failedInARow + 1;
  if (breaker.failedInARow >= breaker.link.failures) breaker.restsUntilMs = now + breaker.link.restMs;
}

function isHealthy({ modelUses = [] }: Analysis): boolean {
  const last = modelUses.at(-1);
  return last === undefined || !UNHEALTHY.has(last.result);
}

/** What was found out before somebody had a proposal, or without one. */
interface Gathered {
  readonly said: string[];
  readonly observations: Analysis['observations'][number][];
  readonly modelUses: ModelUse[];
}

function withGathered(analysis: Analysis, { said, observations, modelUses }: Gathered): Analysis {
  return {
    ...analysis,
    evidence: [...analysis.evidence, ...said],
    observations: [...observations, ...analysis.observations],
    modelUses: [...modelUses, ...(analysis.modelUses ?? [])],
  };
}

function nobody(gathered: Gathered): Analysis {
  const summary = `No analyst has a proposal. ${gathered.said.join(' ')}`;
  return withGathered(noProposal({ analyst: 'chain', summary }), gathered);
}

/** Asks one after the other until one proposes a plan, keeping budgets and failures of each. */
export function askInTurn(links: readonly (Analyst | ChainLink)[], options: ChainOptions): Analyst['analyze'] {
  const clock = options.clock ?? { now: () => Date.now() };
  const breakers = links.map((link): Breaker => {
    const given: ChainLink = 'analyst' in link ? link : { analyst: link };
    const { perHour = Number.POSITIVE_INFINITY, failures, restMs } = { ...ANALYST_CHAIN, ...given };
    return { link: { analyst: given.analyst, perHour, failures, restMs }, asked: [], failedInARow: 0, restsUntilMs: 0 };
  });

  async function ask(breaker: Breaker, input: AnalysisInput, signal: AbortSignal): Promise<Analysis> {
    breaker.asked.push(clock.now());
    try {
      const analysis = await breaker.link.analyst.analyze(input, { signal });
      note(breaker, isHealthy(analysis), clock.now());
      return analysis;
    } catch (error) {
      note(breaker, false, clock.now());
      throw error;
    }
  }

  return async (input, { signal }) => {
    const gathered: Gathered = { said: [], observations: [], modelUses: [] };
    for (const breaker of breakers) {
      const { name } = breaker.link.analyst;
      const now = clock.now();
      breaker.asked = breaker.asked.filter((at) => at > now - ANALYST_CHAIN.budgetMs);
      const skip = reasonToSkip(breaker, now);
      if (skip !== null) {
        gathered.said.push(`${name}: ${skip}.`);
        continue;
      }
      try {
        const analysis = await ask(breaker, input, signal);
        if (analysis.plan !== null) return withGathered(analysis, gathered);
        gathered.said.push(`${name}: ${analysis.summary}`);
        gathered.observations.push(...analysis.observations);
        gathered.modelUses.push(...(analysis.modelUses ?? []));
      } catch (error) {
        gathered.said.push(`${name}: gave no answer (${messageOf(error)}).`);
      }
    }
    return nobody(gathered);
  };
}
