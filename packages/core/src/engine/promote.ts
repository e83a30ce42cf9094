import type { Principal } from '../domain/approval.js';
import { entryOf } from '../domain/catalogue.js';
import { CANDIDATE_FIXES_SHOWN } from '../domain/policy.js';
import type { CandidateFix, PromotedRunbook } from '../domain/runbook.js';
import { type Fault, RemitError } from '../errors.js';
import type { EngineContext } from './context.js';
import { parsePromotion } from './parse.js';
import { wordsOf } from './patternLearner.js';
import type { PromotionInput } from './remit.js';

/*
 * A candidate fix becomes a runbook only by a person, who names the catalogue's actions for it: text of a feedback never
 * becomes a plan by itself. A runbook gives no authority: what it proposes is decided like every other plan.
 */

type Pattern = NonNullable<Awaited<ReturnType<EngineContext['storage']['patterns']['find']>>>;

/** A pattern of the tenant. @throws RemitError `not_found`. */
export async function findPattern({ storage }: EngineContext, tenant: string, patternId: string): Promise<Pattern> {
  const pattern = await storage.patterns.find(tenant, patternId);
  if (pattern) return pattern;
  throw new RemitError('not_found', `There is no pattern ${JSON.stringify(patternId)}.`, {
    nextStep: 'Look the pattern up in the list of patterns.',
  });
}

/** What people said has fixed tickets of a pattern, newest first. */
export async function candidateFixes(
  context: EngineContext,
  actor: Principal,
  patternId: string,
): Promise<readonly CandidateFix[]> {
  await findPattern(context, actor.tenant, patternId);
  return context.storage.patterns.candidateFixes(actor.tenant, patternId, CANDIDATE_FIXES_SHOWN);
}

/** The runbooks that people made of a pattern. */
export async function runbooksOf(
  context: EngineContext,
  actor: Principal,
  patternId: string,
): Promise<readonly PromotedRunbook[]> {
  await findPattern(context, actor.tenant, patternId);
  return context.storage.runbooks.ofPattern(actor.tenant, patternId);
}

/** What keeps the steps from being a runbook of this category. */
function stepFaults(
  { catalogue }: EngineContext,
  category: string,
  steps: readonly { readonly action: string }[],
): readonly Fault[] {
  if (steps.length === 0) return [{ pointer: '/steps', detail: 'must name at least one action' }];
  return steps.flatMap(({ action }, n): Fault[] => {
    const pointer = `/steps/${n}/action`;
    const entry = entryOf(catalogue, action);
    if (!entry) return [{ pointer, detail: 'is not in the catalogue' }];
    if (entry.class === 'forbidden') return [{ pointer, detail: 'is forbidden' }];
    if (!entry.categories.includes(category)) return [{ pointer, detail: `may not be used in category ${category}` }];
    if (n === 0 && !entry.symptom) {
      return [{ pointer, detail: 'has no symptom read, by which the first action of a runbook is chosen' }];
    }
    return [];
  });
}

/** Makes a runbook of what was learned, changes one, or retires it. Every version is kept, with who did it. */
export async function promote(
  context: EngineContext,
  actor: Principal,
  patternId: string,
  input: PromotionInput,
): Promise<PromotedRunbook> {
  const { storage, catalogue, observers } = context;
  const { name, title, steps, symptomTexts, candidate, retired } = parsePromotion(input);
  const { tenant } = actor;
  const { category } = await findPattern(context, tenant, patternId);
  const faults: Fault[] = retired ? [] : [...stepFaults(context, category, steps)];
  if (catalogue.runbooks.some((runbook) => runbook.name === name)) {
    faults.push({ pointer: '/name', detail: 'is the name of a runbook of the catalogue' });
  }
  if (faults.length > 0) {
    throw new RemitError('invalid_input', `The runbook has ${faults.length} fault(s).`, {
      faults,
      nextStep: `Correct ${faults.map(({ pointer }) => pointer).join(', ')} and send it again.`,
    });
  }
  if (candidate) {
    const known = await storage.patterns.candidateFixes(tenant, patternId, CANDIDATE_FIXES_SHOWN);
    if (!known.some(({ ticketId, author }) => ticketId === candidate.ticketId && author === candidate.author)) {
      throw new RemitError('not_found', 'This pattern has no such candidate fix.', {
        nextStep: "Read the pattern's candidate fixes again.",
      });
    }
  }
  const own = symptomTexts.length > 0 ? symptomTexts : await wordsOfPattern(context, tenant, patternId);
  const runbook = { name, title, categories: [category], symptomTexts: own, steps };
  const promoted = { tenant, patternId, category, runbook, candidate, retired, by: actor.id };
  const stored = await storage.runbooks.promote(promoted);
  observers.tell('runbook_promoted', stored);
  return stored;
}

/** How the newest ticket of a pattern describes the problem. */
async function wordsOfPattern({ storage }: EngineContext, tenant: string, patternId: string): Promise<string[]> {
  return (await storage.patterns.textsOf(tenant, patternId, { limit: 1 })).map(wordsOf);
}
