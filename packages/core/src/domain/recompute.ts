import type { ResolvedAction } from './action.js';
import { canonicalJson } from './canonical.js';
import {
  type Decision,
  type DecisionInput,
  type DowngradeReason,
  decideRoute,
  downgrade,
  type Route,
} from './decision.js';
import { estimateFactors } from './evidence.js';
import { judgeTally, worstStanding } from './pattern.js';
import { scoreReliability } from './reliability.js';
import type { DecisionBasis } from './remediation.js';
import { phaseInput } from './rollout.js';

/** What a decision was about: with it the part of the rollout phase is computed again, too. */
export interface DecidedAbout {
  readonly tenant: string;
  readonly ticketId: string;
  readonly category: string;
  readonly steps: readonly ResolvedAction[];
}

/** What a log row leads to when it is computed again. */
export interface Recomputed {
  readonly decision: Decision;
  /** Parts of the row that do not follow from the others, by name; none in an honest row. */
  readonly differs: readonly string[];
}

/** Without the order of keys, which a store need not keep. */
function isSame(one: unknown, other: unknown): boolean {
  return canonicalJson(one) === canonicalJson(other);
}

/** The findings of a decision, as they took it down. */
function findingsIn({ because }: Decision) {
  return because.flatMap(({ rule, reason, inputs }) => {
    if (rule !== 'finding') return [];
    const { atMost, ...rest } = inputs;
    return [{ reason: reason as DowngradeReason, atMost: atMost as Route, inputs: rest }];
  });
}

/**
 * A decision computed again from the row that recorded it and from nothing else: evidence to scores, tallies to
 * standings, the least of them into the table, then the findings. Findings are what somebody saw: they are taken as
 * they stand. A host's own scorer that overrides `score` shows as a difference.
 */
export function recompute(basis: DecisionBasis, about: DecidedAbout | null = null): Recomputed {
  const { standings, decisionInput, weights, phase } = basis;
  const differs: string[] = [];
  const expect = (part: string, told: unknown, follows: unknown): void => {
    if (!isSame(told, follows)) differs.push(part);
  };
  for (const [n, { evidence, tally, standing, statistics, lacking, reliability }] of standings.entries()) {
    const { positive, rated, succeeded, executed, occurrences: resolved } = tally;
    expect(`standings/${n}/evidence`, evidence, { ...evidence, positive, rated, succeeded, executed, resolved });
    expect(`standings/${n}/reliability`, reliability, scoreReliability(estimateFactors(evidence), weights));
    const judged = judgeTally(tally);
    // A detector may have put the pattern on probation, which no tally tells; worse is never refused.
    const told = standing === 'probation' ? 'probation' : judged.standing;
    expect(
      `standings/${n}/standing`,
      { standing, statistics, lacking },
      {
        standing: told,
        statistics: judged.statistics,
        lacking: judged.lacking,
      },
    );
  }
  const least = Math.min(...standings.map(({ reliability }) => reliability.score));
  if (standings.length > 0) {
    const follows: DecisionInput = {
      ...decisionInput,
      standing: worstStanding(standings.map(({ standing }) => standing)),
      approvedSuccesses: Math.min(...standings.map(({ tally }) => tally.approvedSuccesses)),
      failures: Math.max(...standings.map(({ tally }) => tally.failures)),
    };
    expect('reliability', basis.reliability.score, least);
    expect('decisionInput', decisionInput, follows);
  }
  expect('decisionInput/score', decisionInput.score, basis.reliability.score);
  if (about) {
    const actions = about.steps.map((step) => ({ actionClass: step.class, family: step.family }));
    expect('decisionInput/phase', decisionInput.phase, phaseInput({ phase }, about, actions));
    if (about.steps.length > 0) {
      expect(
        'decisionInput/actionClasses',
        decisionInput.actionClasses,
        about.steps.map((step) => step.class),
      );
    }
  }
  const decision = downgrade(decideRoute(decisionInput), findingsIn(basis.decision));
  expect('decision', basis.decision, decision);
  return { decision, differs };
}
