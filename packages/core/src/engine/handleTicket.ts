import type { Arguments, Catalogue } from '../domain/action.js';
import { type Analysis, noProposal, type Observation } from '../domain/analysis.js';
import { barredFrom, bindingHashOf } from '../domain/approval.js';
import { toolsOf } from '../domain/catalogue.js';
import { writeActionsOf } from '../domain/learning.js';
import { APPROVAL, LEASE, TICKET_ATTEMPTS } from '../domain/policy.js';
import {
  type ApprovalRequest,
  decide,
  evolve,
  NO_REMEDIATION,
  type Proposal,
  projectionOf,
  type Remediation,
} from '../domain/remediation.js';
import type { PromotedRunbook } from '../domain/runbook.js';
import type { Assessment, SimilarTicket, Ticket, TicketRecord } from '../domain/ticket.js';
import { messageOf, RemitError } from '../errors.js';
import type { AnalysisInput, EarlierTicket } from '../ports/analyst.js';
import type { EngineContext } from './context.js';
import { gatherProposal } from './gather.js';
import { learnedFixesFor } from './learnedFixes.js';
import { parseAnalysis } from './parse.js';
import type { Recognition } from './patternLearner.js';
import { policyInForce } from './policyInForce.js';
import { withEntries } from './tools.js';

/* From a ticket to a decision: claim, recognise, analyse, decide, store. */

/** The part of the catalogue that tickets of a category may use. */
function catalogueFor(catalogue: Catalogue, category: string): Catalogue {
  return {
    actions: catalogue.actions.filter(({ categories }) => categories.includes(category)),
    runbooks: catalogue.runbooks.filter(({ categories }) => categories.includes(category)),
  };
}

/** With the runbooks that people of this tenant made of what was learned. */
function withRunbooks(catalogue: Catalogue, promoted: readonly PromotedRunbook[]): Catalogue {
  return { ...catalogue, runbooks: [...catalogue.runbooks, ...promoted.map(({ runbook }) => runbook)] };
}

/** Reads for an analyst: only tools that the catalogue itself reads with, and only so many. */
function observer(
  context: EngineContext,
  catalogue: Catalogue,
): (tool: string, args: Arguments) => Promise<Observation> {
  const { executor, settings } = context;
  const writing = new Set(catalogue.actions.filter((entry) => entry.class !== 'read_only').map(({ tool }) => tool));
  const undoing = new Set(catalogue.actions.map(({ undo }) => undo?.tool));
  const readable = new Set(
    catalogue.actions.flatMap(toolsOf).filter((tool) => !writing.has(tool) && !undoing.has(tool)),
  );
  let left = settings.readsPerAnalysis;
  return async (tool, args) => {
    const failed = (error: string): Observation => ({ tool, arguments: args, value: null, error });
    if (!readable.has(tool)) return failed('This tool is not one that the catalogue reads with.');
    if (left <= 0) return failed(`The limit of ${settings.readsPerAnalysis} reads for one ticket is used up.`);
    left -= 1;
    const { readTimeoutMs: timeoutMs } = settings;
    try {
      const answer = await executor.read(tool, args, { signal: AbortSignal.timeout(timeoutMs), timeoutMs });
      return answer.ok ? { tool, arguments: args, value: answer.value, error: null } : failed(answer.error);
    } catch (error) {
      return failed(messageOf(error));
    }
  };
}

/** Similar tickets with what became of them; one that is gone meanwhile is left out. */
async function withOutcomes(
  { storage }: EngineContext,
  tenant: string,
  similarTickets: readonly SimilarTicket[],
): Promise<readonly EarlierTicket[]> {
  if (similarTickets.length === 0) return [];
  const ids = similarTickets.map(({ ticketId }) => ticketId);
  const found = new Map((await storage.tickets.outcomesOf(tenant, ids)).map((outcome) => [outcome.ticketId, outcome]));
  return similarTickets.flatMap((similar): EarlierTicket[] => {
    const outcome = found.get(similar.ticketId);
    return outcome ? [{ ...similar, ...outcome }] : [];
  });
}

/** Asks the analyst. One that fails or takes too long has no proposal; that is never an error. */
async function analyse(
  context: EngineContext,
  ticket: Ticket,
  recognition: Recognition,
  similarTickets: readonly SimilarTicket[],
): Promise<Analysis> {
  const { analyst, settings } = context;
  const promoted = await context.storage.runbooks.inForce(ticket.tenant, ticket.category);
  const catalogue = withRunbooks(catalogueFor(context.catalogue, ticket.category), promoted);
  const { entities } = recognition.signature;
  const [earlier, learned] = await Promise.all([
    withOutcomes(context, ticket.tenant, similarTickets),
    learnedFixesFor(context, ticket, recognition, catalogue),
  ]);
  const observe = observer(context, catalogue);
  const input: AnalysisInput = { ticket, entities, similarTickets: earlier, learned, catalogue, observe };
  const signal = AbortSignal.timeout(settings.analystTimeoutMs);
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`no answer within ${settings.analystTimeoutMs} ms`)));
  });
  // Nobody may be waiting any more when it fires.
  late.catch(() => {});
  try {
    return parseAnalysis(await Promise.race([analyst.analyze(input, { signal }), late]));
  } catch (error) {
    context.observers.tell('trouble', { where: `analyst ${analyst.name}`, error });
    const why = messageOf(error);
    return noProposal({ analyst: analyst.name, summary: `The analyst gave no answer: ${why}.` });
  }
}

/** What an approver will be asked, if the decision wants one. */
async function requestFor(
  context: EngineContext,
  ticket: Ticket,
  remediationId: string,
  proposal: Proposal,
  atMs: number,
): Promise<ApprovalRequest | null> {
  if (proposal.decision.route !== 'approval' || proposal.plan === null) return null;
  const { policy } = await policyInForce(context, ticket.tenant, ticket.category);
  const expiresAtMs = atMs + APPROVAL.expireAfterMs;
  const binding = {
    tenant: ticket.tenant,
    remediationId,
    plan: { actions: proposal.steps.map(({ action, arguments: args }) => ({ action, arguments: args })) },
    pins: proposal.pins,
    policyVersion: proposal.policyVersion,
    snapshot: proposal.snapshot,
    expiresAtMs,
  };
  const editors = withEntries(context, proposal.steps).flatMap(({ entry }) => entry.editedBy ?? []);
  return {
    approvalId: context.ids.next('approval'),
    bindingHash: bindingHashOf(binding),
    binding,
    expiresAtMs,
    needed: policy.approvers,
    barred: barredFrom(ticket, editors, policy),
  };
}

async function openRemediation(
  context: EngineContext,
  ticket: Ticket,
  ticketToken: number,
  proposal: Proposal,
  assessment: Assessment,
): Promise<void> {
  const { storage, ids, observers, queue } = context;
  const remediationId = ids.next('remediation');
  const stamp = { atMs: await storage.now(), actor: 'remit' };
  const approval = await requestFor(context, ticket, remediationId, proposal, stamp.atMs);
  const decided = decide({ type: 'propose', proposal, approval }, NO_REMEDIATION, stamp);
  if (!decided.ok) throw new RemitError('internal', `The proposal was refused by its own rules: ${decided.refused}.`);
  const state = decided.events.reduce<Remediation>((before, event) => evolve(before, event, stamp), NO_REMEDIATION);
  if (state.state === 'none') throw new RemitError('internal', 'The proposal has no events.');
  const { tenant, ticketId } = ticket;
  const opened = await storage.remediations.open({
    tenant,
    remediationId,
    ticketId,
    ticketToken,
    optedIn: proposal.optedIn,
    assessment,
    ...stamp,
    events: decided.events,
    projection: projectionOf(state),
  });
  if (opened.kind === 'opt_in_changed') {
    // Somebody opted it in or out while it was being decided: nothing of that decision holds.
    await storage.tickets.release(tenant, ticketId, ticketToken);
    await queue.wake({ kind: 'ticket', tenant, id: ticketId });
    return;
  }
  // Another worker took the ticket over, or it has a remediation already: theirs goes on, ours never was.
  if (opened.kind !== 'opened') return;
  for (const row of opened.rows) observers.tell('remediation_event', row);
  if (state.state === 'proposed') await queue.wake({ kind: 'remediation', tenant, id: remediationId });
}

function fewest(counts: readonly number[]): number {
  return counts.length === 0 ? 0 : Math.min(...counts);
}

function firstRecognition({ patternId, similarity }: Assessment): Pick<Recognition, 'patternId' | 'similarity'> {
  return { patternId, similarity };
}

async function assess(context: EngineContext, ticket: TicketRecord, token: number): Promise<void> {
  const recognised = await context.patterns.recognise(ticket);
  // Decided anew, a ticket would recognise its own words: what it was like the first time stays.
  const recognition = ticket.assessment ? { ...recognised, ...firstRecognition(ticket.assessment) } : recognised;
  const similarTickets = await context.patterns.similarTo(ticket, recognition);
  const analysis = await analyse(context, ticket, recognition, similarTickets);
  // The opt-in may have changed while the analyst was thinking.
  const current = (await context.storage.tickets.find(ticket.tenant, ticket.ticketId)) ?? ticket;
  const proposal = await gatherProposal(context, { ticket: current, analysis, recognition });
  await openRemediation(context, ticket, token, proposal, assessmentOf(proposal, analysis, similarTickets));
}

function assessmentOf(proposal: Proposal, analysis: Analysis, similarTickets: readonly SimilarTicket[]): Assessment {
  return {
    analysis,
    reliability: proposal.reliability,
    decision: proposal.decision,
    patternId: proposal.patternId,
    similarity: proposal.similarity,
    similarTickets,
    symptomShown: proposal.symptomShown,
    occurrences: fewest(proposal.standings.map(({ tally }) => tally.occurrences)),
    actionTypes: writeActionsOf(proposal.steps),
  };
}

/** Leaves a ticket to a person whose analysis broke off again and again: the next attempt would end like the others. */
async function giveUp(
  context: EngineContext,
  ticket: TicketRecord,
  { token, attempt }: { readonly token: number; readonly attempt: number },
): Promise<void> {
  const { patternId, similarity } = ticket.assessment ?? { patternId: 'unrecognised', similarity: 0 };
  const why = `The analysis of this ticket broke off ${attempt - 1} times; a person has to look at it and at why.`;
  const analysis = noProposal({ analyst: 'remit', summary: why });
  const recognition = { patternId, similarity };
  const proposal = await gatherProposal(context, { ticket, analysis, recognition });
  await openRemediation(context, ticket, token, proposal, assessmentOf(proposal, analysis, []));
}

/** Takes a ticket from `received` to a decision. May be called twice, late, or by several workers: one does it. */
export async function handleTicket(context: EngineContext, tenant: string, ticketId: string): Promise<void> {
  const { tickets } = context.storage;
  const claim = await tickets.claim(tenant, ticketId, { owner: context.owner, leaseMs: LEASE.ms });
  if (claim.kind !== 'claimed') return;
  const { token, attempt } = claim;
  const heartbeat = setInterval(() => {
    const prolonged = tickets.heartbeat(tenant, ticketId, { token, leaseMs: LEASE.ms });
    // Lost, opening a remediation is refused: nothing more has to be done about it here.
    prolonged.catch((error) => context.observers.tell('trouble', { where: `heartbeat of ticket ${ticketId}`, error }));
  }, LEASE.heartbeatMs);
  heartbeat.unref();
  try {
    const ticket = await tickets.find(tenant, ticketId);
    if (!ticket) return;
    if (attempt > TICKET_ATTEMPTS) await giveUp(context, ticket, claim);
    else await assess(context, ticket, token);
  } catch (error) {
    // Given back, so that it is found again; nothing was decided.
    await tickets.release(tenant, ticketId, token);
    throw error;
  } finally {
    clearInterval(heartbeat);
  }
}
