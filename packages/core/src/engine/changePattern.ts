import type { Principal } from '../domain/approval.js';
import type { ChangeRefusal, PatternChange, PatternEdit } from '../domain/patternChange.js';
import { SPLIT_TICKETS } from '../domain/policy.js';
import { signatureOf } from '../domain/signature.js';
import { type ErrorCode, RemitError } from '../errors.js';
import type { EngineContext } from './context.js';
import { parsePatternEdit } from './parse.js';
import { wordsOf } from './patternLearner.js';
import { findPattern } from './promote.js';
import type { PatternEditInput } from './remit.js';

/*
 * Which patterns are one problem, and which tickets are another, is for people to say: likeness of words alone never
 * lets one pattern use what another one earned. Every change is kept and can be taken back.
 */

const REFUSALS: Readonly<Record<ChangeRefusal, readonly [code: ErrorCode, says: string, nextStep: string]>> = {
  not_found: ['not_found', 'There is no such pattern or change.', 'Look it up in the list of patterns or of changes.'],
  merged_already: [
    'pattern_conflict',
    'The pattern is part of another one.',
    'Change the pattern that it is part of, or undo that merge first.',
  ],
  other_category: [
    'invalid_input',
    'Patterns of two categories are never one.',
    'Name a pattern of the same category.',
  ],
  same_pattern: ['invalid_input', 'A pattern cannot be merged into itself.', 'Name another pattern.'],
  undone_already: ['pattern_conflict', 'The change was taken back before.', 'Read the changes of the pattern again.'],
  taken: ['pattern_conflict', 'A pattern of that id is there already.', 'Send it again.'],
};

/** What tickets that a person names were told in, and every other ticket of the pattern that says just the same. */
async function splitOf(
  { storage, ids }: EngineContext,
  { tenant, patternId }: { readonly tenant: string; readonly patternId: string },
  { title, ticketIds }: { readonly title: string; readonly ticketIds: readonly string[] },
): Promise<PatternEdit> {
  const tickets = (await storage.patterns.textsOf(tenant, patternId, { limit: SPLIT_TICKETS })).map((ticket) => ({
    ticketId: ticket.ticketId,
    hash: signatureOf(wordsOf(ticket)).hash,
  }));
  const missing = ticketIds.filter((asked) => !tickets.some(({ ticketId }) => ticketId === asked));
  if (missing.length > 0) {
    throw new RemitError('invalid_input', `${missing.length} of these tickets are none of this pattern.`, {
      faults: missing.map((ticketId) => ({
        pointer: `/ticketIds/${ticketIds.indexOf(ticketId)}`,
        detail: `must be one of the newest ${SPLIT_TICKETS} tickets of the pattern`,
      })),
      nextStep: 'Name tickets whose analysis names this pattern.',
    });
  }
  const hashes = new Set(tickets.filter(({ ticketId }) => ticketIds.includes(ticketId)).map(({ hash }) => hash));
  const moved = tickets.filter(({ hash }) => hashes.has(hash)).map(({ ticketId }) => ticketId);
  if (moved.length === tickets.length) {
    throw new RemitError('invalid_input', 'That is every ticket of the pattern: nothing would be left of it.', {
      faults: [{ pointer: '/ticketIds', detail: 'must leave a ticket with other words' }],
      nextStep: 'Rename the pattern, or name fewer tickets.',
    });
  }
  return { kind: 'split', into: ids.next('pattern'), title, ticketIds: moved, hashes: [...hashes] };
}

/** Stores what a person says about a pattern. */
export async function changePattern(
  context: EngineContext,
  actor: Principal,
  patternId: string,
  input: PatternEditInput,
): Promise<PatternChange> {
  const { storage, ids, observers } = context;
  const { tenant, id: by } = actor;
  const { reason, ...asked } = parsePatternEdit(input);
  await findPattern(context, tenant, patternId);
  const edit = asked.kind === 'split' ? await splitOf(context, { tenant, patternId }, asked) : asked;
  const draft = { tenant, changeId: ids.next('change'), patternId, edit, reason, by };
  const answer = await storage.patterns.change(draft);
  if (answer.kind === 'refused') {
    const [code, says, nextStep] = REFUSALS[answer.why];
    throw new RemitError(code, says, { nextStep });
  }
  observers.tell('pattern_changed', answer.change);
  return answer.change;
}

/**
 * Changes of a pattern or into it, with what took them back, oldest first. Who reads that another pattern was merged
 * into this one must see whether that still holds, although it was taken back where it was said.
 */
export async function patternChanges(
  context: EngineContext,
  { tenant }: Principal,
  patternId: string,
): Promise<readonly PatternChange[]> {
  const { patterns } = context.storage;
  await findPattern(context, tenant, patternId);
  const own = await patterns.changes(tenant, patternId);
  const shown = new Set(own.map(({ changeId }) => changeId));
  const elsewhere = new Set(own.map((change) => change.patternId).filter((id) => id !== patternId));
  const undos: PatternChange[] = [];
  for (const id of elsewhere) {
    const theirs = await patterns.changes(tenant, id);
    undos.push(...theirs.filter(({ edit }) => edit.kind === 'undo' && shown.has(edit.undoes)));
  }
  return [...own, ...undos].sort((a, b) => a.atMs - b.atMs);
}
