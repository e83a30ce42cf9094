import type { DecisionReason, RuleLooked } from '@remit/core';

/** A finding is there either way; it applies when it made the route stricter. */
function finding(sentence: string): readonly [applies: string, not: string] {
  return [sentence, `${sentence} It changed nothing: the route was as strict already.`];
}

/** What a rule says when it applies, and when it does not. */
const SENTENCES: Readonly<Record<DecisionReason, readonly [applies: string, not: string]>> = {
  no_plan: ['No usable plan was proposed, so a person has to act.', 'A plan was proposed.'],
  opt_in_missing: ['The ticket did not opt in, so this is a suggestion only.', 'The ticket opted in.'],
  category_disabled: [
    'Automatic remediation is switched off for the category, so this is a suggestion only.',
    'Automatic remediation is switched on for the category.',
  ],
  read_only: ['Every action only reads, so no person is needed.', 'The plan writes.'],
  forbidden: [
    'An action is forbidden or not in the catalogue, so a person has to act.',
    'Every action is in the catalogue and none is forbidden.',
  ],
  rollout_phase: ['The rollout phase does not let it run by itself.', 'The rollout phase has nothing against it.'],
  low_reliability: [
    'The reliability is low or unknown, so a person has to act.',
    'The reliability is not in the low band.',
  ],
  never_without_approval: [
    'An action is destructive, and such an action never runs without approval.',
    'No action is destructive.',
  ],
  critical_write: [
    'An action is a critical write that has not earned to run without approval.',
    'No critical write lacks the right to run without approval.',
  ],
  medium_reliability: ['The reliability is medium, so a person is asked.', 'The reliability is above the medium band.'],
  below_min_reliability: [
    "The reliability is below the category's minimum, so a person is asked.",
    "The reliability reaches the category's minimum.",
  ],
  pattern_not_eligible: [
    'The pattern is not eligible yet, or is on probation, so a person is asked.',
    'The pattern is eligible or proven.',
  ],
  policy_requires_approval: [
    "The category's policy wants every write approved.",
    "The category's policy does not want every write approved.",
  ],
  critical_earned: ['The critical write has earned to run without approval.', 'There is no critical write.'],
  very_high_eligible: [
    'The reliability is very high and the pattern is eligible, so it runs by itself.',
    'The reliability is not very high.',
  ],
  proven_pattern: ['The pattern is proven, so it runs by itself.', 'The pattern is not proven.'],
  high_eligible: [
    "The reliability is high and the category's policy asks for no approval, so it runs by itself.",
    "The category's policy asks for approval by level.",
  ],
  high_requires_approval: [
    'The reliability is high and the pattern not proven, so by the policy a person is asked.',
    'The policy does not ask for approval at this level.',
  ],
  on_probation: [
    'The fix went wrong too often lately and is on probation, so a person is asked.',
    'The fix is not on probation.',
  ],
  too_few_supervised: [
    'Too few supervised runs of this fix succeeded, or too few people stand behind them, so a person is asked.',
    'Enough supervised runs of this fix succeeded.',
  ],
  certified: [
    'The gate is open for fixes as well proven as this one, so it runs by itself.',
    'The gate is not open for this fix.',
  ],
  gate_closed: [
    'The gate is closed for this fix: the evidence does not carry automation yet, so a person is asked.',
    'The gate is open for this fix.',
  ],
  error_budget: finding('The error budget of the last 30 days is used up.'),
  target_untrusted: finding('A target was found only in free text or in what a model wrote, so a person is asked.'),
  target_not_allowed: finding('A target is not among the allowed ones.'),
  symptom_unproven: finding('Nothing shows that the fault is on the target.'),
  symptom_absent: finding('A read shows that the fault is not on the target.'),
  tool_changed: finding('The definition of a tool is not the one that was accepted, so a person has to act.'),
  keeps_changing: finding('What the ticket is about kept changing, so a person has to act.'),
  stricter_engine: finding("The host's own decision rules are stricter."),
  shadow_mode: finding('The category is in shadow mode: everything is decided and nothing is executed.'),
};

/** What one rule of a decision found, in one sentence. Pure. */
export function sayRule(looked: Pick<RuleLooked, 'reason' | 'applies'>): string {
  const [applies, not] = SENTENCES[looked.reason];
  return looked.applies ? applies : not;
}
