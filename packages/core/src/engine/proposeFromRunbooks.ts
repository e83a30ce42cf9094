import type { Arguments, CatalogueEntry, Check, Plan, Runbook } from '../domain/action.js';
import { type Analysis, type Hypothesis, noProposal, type Observation } from '../domain/analysis.js';
import type { Json } from '../domain/canonical.js';
import { entryOf } from '../domain/catalogue.js';
import type { LearnedFix } from '../domain/learnedFix.js';
import { RUNBOOKS } from '../domain/policy.js';
import { signatureOf } from '../domain/signature.js';
import { assertOn, fillTemplate, type TemplateScope } from '../domain/template.js';
import type { Ticket } from '../domain/ticket.js';
import type { AnalysisInput } from '../ports/analyst.js';
import { wordsOf } from './patternLearner.js';
import { targetName } from './reads.js';

/*
 * The embedded analyst: no network, no model, the same answer for the same facts. It proposes what fixed the pattern
 * before, or else the runbook whose symptom texts the ticket speaks like, on the target that its symptom read shows to
 * be at fault.
 */

interface Candidate {
  readonly runbook: Runbook;
  readonly entry: CatalogueEntry;
  /** Share of the best symptom text's terms that the ticket contains, 0..1. */
  readonly match: number;
  /** For what was learned: where and how often it worked. Null for a runbook that somebody wrote. */
  readonly learned: Pick<LearnedFix, 'targets' | 'times'> | null;
}

interface Seen extends Candidate {
  readonly target: string;
  readonly named: boolean;
  readonly present: boolean;
  readonly observation: Observation;
}

/** How much of a symptom text a ticket says. */
function share(ticketTerms: ReadonlySet<string>, symptomText: string): number {
  const { terms } = signatureOf(symptomText);
  return terms.length === 0 ? 0 : terms.filter((term) => ticketTerms.has(term)).length / terms.length;
}

function rank({ ticket, catalogue }: AnalysisInput): readonly Candidate[] {
  const terms = new Set(signatureOf(wordsOf(ticket)).terms);
  return catalogue.runbooks
    .flatMap((runbook): Candidate[] => {
      const entry = entryOf(catalogue, runbook.steps[0]?.action ?? '');
      const match = Math.max(0, ...runbook.symptomTexts.map((text) => share(terms, text)));
      return entry?.symptom && match >= RUNBOOKS.speaksLikeFrom ? [{ runbook, entry, match, learned: null }] : [];
    })
    .sort((a, b) => b.match - a.match || (a.runbook.name < b.runbook.name ? -1 : 1))
    .slice(0, RUNBOOKS.lookedAt);
}

const actionsOf = ({ steps }: Runbook): string => steps.map(({ action }) => action).join('\n');

/**
 * What fixed the pattern before. Where a runbook that somebody wrote has the same actions it goes first: its templates
 * take today's values, and what was learned knows only those of last time.
 */
function learnedFor({ learned, catalogue }: AnalysisInput, ranked: readonly Candidate[]): readonly Candidate[] {
  const written = new Set(ranked.map(({ runbook }) => actionsOf(runbook)));
  return learned.flatMap(({ runbook, targets, times }): Candidate[] => {
    const entry = entryOf(catalogue, runbook.steps[0]?.action ?? '');
    if (!entry?.symptom || written.has(actionsOf(runbook))) return [];
    return [{ runbook, entry, match: 1, learned: { targets, times } }];
  });
}

/** Whether the ticket names the target: in its `targets`, or by its name as a word of its text. */
function names(ticket: Ticket, target: string): boolean {
  if (ticket.targets.includes(target)) return true;
  const escaped = targetName(target).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\w/-])${escaped}(?![\\w/-])`, 'i').test(wordsOf(ticket));
}

/** A read-only check through the engine's `observe`. */
async function look(
  input: AnalysisInput,
  check: Check,
  scope: TemplateScope,
): Promise<{ present: boolean; observation: Observation }> {
  const filled = fillTemplate(check.arguments, scope);
  if (!filled.ok) {
    const error = `The read needs ${filled.missing}.`;
    return { present: false, observation: { tool: check.tool, arguments: {}, value: null, error } };
  }
  const observation = await input.observe(check.tool, filled.value as Arguments);
  const present =
    observation.error === null &&
    check.expect.every((assertion) => assertOn(observation.value, assertion, scope).holds);
  return { present, observation };
}

/** Arguments for a symptom read of a target that no arguments exist for yet. */
function scopeFor(entry: CatalogueEntry, target: string): TemplateScope {
  const name = targetName(target);
  const args: Record<string, Json> = {};
  for (const { argument } of entry.targets) args[argument.replace(/^\//, '')] = name;
  return { target: name, args };
}

async function lookAtTargets(input: AnalysisInput, candidates: readonly Candidate[]): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  for (const candidate of candidates) {
    const { entry, learned } = candidate;
    if (!entry.symptom) continue;
    for (const target of entry.allowedTargets) {
      if (learned && !learned.targets.includes(target)) continue;
      const { present, observation } = await look(input, entry.symptom, scopeFor(entry, target));
      seen.push({ ...candidate, target, present, observation, named: names(input.ticket, target) });
    }
  }
  return seen;
}

/** The plan of a runbook on a target; null when a template stands for nothing. */
function planFor({ runbook, target, observation }: Seen): Plan | null {
  const actions = [];
  for (const step of runbook.steps) {
    const filled = fillTemplate(step.arguments, { target: targetName(target), observed: observation.value });
    if (!filled.ok) return null;
    actions.push({ action: step.action, arguments: filled.value as Arguments });
  }
  return { actions };
}

interface Sign {
  readonly holds: boolean;
  readonly sentence: string;
}

function knownSign({ learned, match }: Seen): Sign {
  return learned
    ? { holds: true, sentence: `this plan fixed ${learned.times} of the newest tickets of the same pattern` }
    : {
        holds: match >= 1,
        sentence: `the ticket says ${Math.round(100 * match)} % of the terms of a known symptom text`,
      };
}

/** The independent signs for and against the best candidate. */
async function signsOf(input: AnalysisInput, best: Seen, plan: Plan, seen: readonly Seen[]): Promise<readonly Sign[]> {
  const scope: TemplateScope = { target: targetName(best.target), args: plan.actions[0]?.arguments ?? {} };
  const prechecks = await Promise.all(best.entry.prechecks.map((check) => look(input, check, scope)));
  const others = seen.filter((one) => one.present && one.target !== best.target && one.runbook === best.runbook);
  const rivals = seen.filter((one) => one.present && one.target === best.target && one.runbook !== best.runbook);
  const rival = (one: Seen): string => one.runbook.title;
  return [
    knownSign(best),
    { holds: best.named, sentence: `the ticket ${best.named ? 'names' : 'does not name'} ${best.target}` },
    { holds: true, sentence: `the symptom read shows the fault on ${best.target}` },
    {
      holds: others.length === 0,
      sentence:
        others.length === 0
          ? 'no other allowed target shows it'
          : `${others.map((o) => o.target).join(', ')} show it too`,
    },
    {
      holds: rivals.length === 0,
      sentence:
        rivals.length === 0 ? 'no other runbook explains it' : `${rivals.map(rival).join(', ')} would explain it too`,
    },
    { holds: prechecks.every(({ present }) => present), sentence: 'the prechecks of the first action hold now' },
  ];
}

/**
 * Laplace's rule of succession over the signs: (for + 1) / (all + 2). With six signs the most it can say is 0.875;
 * it never claims certainty, and the recalibration of mode `guaranteed` may take it down further.
 */
function confidenceFrom(signs: readonly Sign[]): number {
  return (signs.filter(({ holds }) => holds).length + 1) / (signs.length + 2);
}

/** No plan, with what was looked at and what would make a difference. */
function nothing(summary: string, observations: readonly Observation[], whatWouldChangeMyMind: string): Analysis {
  return noProposal({ analyst: 'runbook', summary }, { observations, whatWouldChangeMyMind });
}

function better(a: Seen, b: Seen): number {
  return (
    Number(b.named) - Number(a.named) ||
    Number(b.learned !== null) - Number(a.learned !== null) ||
    b.match - a.match ||
    (`${a.runbook.name}${a.target}` < `${b.runbook.name}${b.target}` ? -1 : 1)
  );
}

/** What the embedded analyst says of a ticket. */
export async function proposeFromRunbooks(input: AnalysisInput): Promise<Analysis> {
  const ranked = rank(input);
  const candidates = [...learnedFor(input, ranked), ...ranked];
  if (candidates.length === 0) {
    return nothing('No runbook speaks of this problem.', [], 'A runbook whose symptom texts describe it.');
  }
  const seen = await lookAtTargets(input, candidates);
  const observations = seen.map(({ observation }) => observation);
  const namesSome = seen.some(({ named }) => named);
  const faulty = seen.filter(({ present, named }) => present && (named || !namesSome)).sort(better);
  const [best] = faulty;
  if (!best) {
    const looked = namesSome ? 'What the ticket names shows no fault' : 'No target that may be touched shows the fault';
    return nothing(`${looked} that a runbook could fix.`, observations, 'A symptom read that shows the fault.');
  }
  const plan = planFor(best);
  if (!plan) {
    return nothing(
      `${best.runbook.title}: its arguments are not known.`,
      observations,
      'A read with the missing values.',
    );
  }
  const signs = await signsOf(input, best, plan, seen);
  const confidence = confidenceFrom(signs);
  const alternatives = [...new Set(faulty.slice(1).map(({ runbook, target }) => `${runbook.title} on ${target}`))];
  const rest = (1 - confidence) / (alternatives.length + 1);
  const cause = `${best.runbook.title} on ${best.target}`;
  const hypotheses: Hypothesis[] = [
    { cause, probability: confidence },
    ...alternatives.map((alternative) => ({ cause: alternative, probability: rest })),
  ];
  return {
    analyst: 'runbook',
    summary: `${best.runbook.title}: ${best.target} shows it.`,
    rootCause: cause,
    hypotheses,
    plan,
    confidence,
    evidence: signs.map(({ holds, sentence }) => `${holds ? 'for' : 'against'}: ${sentence}`),
    whatWouldChangeMyMind: `A symptom read that no longer shows the fault on ${best.target}.`,
    observations,
  };
}
