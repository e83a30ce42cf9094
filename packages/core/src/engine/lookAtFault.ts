import { resolvePlan } from '../domain/catalogue.js';
import type { TicketRecord } from '../domain/ticket.js';
import type { EngineContext } from './context.js';
import { lookForSymptoms } from './findings.js';
import { type ReadCheckResult, runChecks, scopesOf } from './reads.js';
import { withEntries } from './tools.js';

/** What the catalogue's own reads say of a ticket's fault now. */
export interface FaultSeen {
  /** `cannot_tell`: there is no plan with a symptom, a read failed, or what is read need not be what is meant. */
  readonly seen: 'shown' | 'gone' | 'cannot_tell';
  readonly reads: readonly ReadCheckResult[];
}

/**
 * Looks at the fault of a ticket by the reads of its proposed plan: shown as soon as one symptom shows; gone only when no
 * symptom shows, every read answered, and everything that would be validated is as it should be. That a fault is gone
 * counts only where it was seen at the decision, or the ticket itself names the targets.
 */
export async function lookAtFault(context: EngineContext, ticket: TicketRecord): Promise<FaultSeen> {
  const plan = ticket.assessment?.analysis.plan ?? null;
  const resolved = plan === null ? null : resolvePlan(context.catalogue, plan, ticket.tenant);
  if (!resolved?.ok) return { seen: 'cannot_tell', reads: [] };
  const writes = withEntries(context, resolved.actions).filter(({ step }) => step.class !== 'read_only');
  const symptoms = await lookForSymptoms(context, writes);
  const looks = symptoms.flatMap(({ reads }) => reads ?? []);
  if (looks.some(({ passed }) => passed)) return { seen: 'shown', reads: looks };
  const validations: ReadCheckResult[] = [];
  for (const { step, entry } of writes) {
    const results = await runChecks(context, entry.validation, scopesOf(step));
    if (results.length === 0) return { seen: 'cannot_tell', reads: looks };
    validations.push(...results);
  }
  const reads = [...looks, ...validations];
  const isRead = symptoms.length > 0 && symptoms.every((symptom) => symptom.reads !== null && symptom.reads.length > 0);
  const isWell = looks.every(({ error }) => error === null) && validations.every(({ passed }) => passed);
  const named = writes.every(({ step }) => step.targets.every((target) => ticket.targets.includes(target)));
  const isMeant = named || ticket.assessment?.symptomShown === true;
  return { seen: isRead && isWell && isMeant ? 'gone' : 'cannot_tell', reads };
}
