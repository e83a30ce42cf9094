import type { Decision, Finding } from '../domain/decision.js';
import { OTHER_TARGETS_READ } from '../domain/policy.js';
import type { Ticket } from '../domain/ticket.js';
import type { EngineContext } from './context.js';
import { changedTools, type ToolState } from './pins.js';
import {
  type CataloguedStep,
  firstWrites,
  forLog,
  type ReadCheckResult,
  runCheck,
  runChecks,
  sayCheck,
  scopeOf,
  scopesOf,
} from './reads.js';

/* What only the world can tell: whether the targets are the ones meant, and whether they show the fault. */

/** The other allowed targets of an action that show the fault as well. */
async function otherFaultyTargets(context: EngineContext, { step, entry }: CataloguedStep): Promise<readonly string[]> {
  const { symptom } = entry;
  if (!symptom) return [];
  const others = entry.allowedTargets.filter((target) => !step.targets.includes(target));
  // Too many to look at: then nobody can say that it is the only one.
  if (others.length > OTHER_TARGETS_READ) return others;
  const faulty: string[] = [];
  for (const target of others) {
    const check = await runCheck(context, symptom, scopeOf({ targets: [target], arguments: step.arguments }));
    // A target that cannot be read may be at fault as well: then the one we have is not the only one.
    if (check.passed || check.error !== null) faulty.push(target);
  }
  return faulty;
}

async function trustedTargets(context: EngineContext, ticket: Ticket): Promise<readonly string[]> {
  const { resolveTargets } = context.hooks;
  if (!resolveTargets) return ticket.targets;
  try {
    return [...ticket.targets, ...(await resolveTargets(ticket))];
  } catch (error) {
    context.observers.tell('trouble', { where: 'resolving targets', error });
    return ticket.targets;
  }
}

/** Targets outside the list that the operator allows today. */
export function notAllowed(steps: readonly CataloguedStep[]): readonly Finding[] {
  return steps.flatMap(({ step, entry }): Finding[] => {
    const outside = step.targets.filter((target) => !entry.allowedTargets.includes(target));
    if (step.class === 'read_only' || outside.length === 0) return [];
    return [{ reason: 'target_not_allowed', atMost: 'approval', inputs: { action: step.action, targets: outside } }];
  });
}

/** What the symptom reads of a write showed, target by target; null when its action has none. */
export interface SymptomSeen {
  readonly catalogued: CataloguedStep;
  readonly reads: readonly ReadCheckResult[] | null;
}

/** Looks for the symptom on the targets of each first write of a plan. */
export async function lookForSymptoms(
  context: EngineContext,
  steps: readonly CataloguedStep[],
): Promise<readonly SymptomSeen[]> {
  const seen: SymptomSeen[] = [];
  for (const catalogued of firstWrites(steps)) {
    const { symptom } = catalogued.entry;
    const reads = symptom ? await runChecks(context, [symptom], scopesOf(catalogued.step)) : null;
    seen.push({ catalogued, reads });
  }
  return seen;
}

/** Whether there was a fault to mend wherever the plan writes first. */
export function allShown(symptoms: readonly SymptomSeen[]): boolean {
  const shows = ({ reads }: SymptomSeen): boolean => reads !== null && reads.length > 0 && reads.every((r) => r.passed);
  return symptoms.length > 0 && symptoms.every(shows);
}

/** What the targets of one write show, and whether they are the ones meant. */
async function targetFindings(
  context: EngineContext,
  { catalogued, reads }: SymptomSeen,
  trusted: readonly string[],
): Promise<readonly Finding[]> {
  const { step, entry } = catalogued;
  const findings: Finding[] = [];
  const outside = step.targets.filter((target) => !entry.allowedTargets.includes(target));
  if (outside.length > 0) {
    findings.push({
      reason: 'target_not_allowed',
      atMost: 'approval',
      inputs: { action: step.action, targets: outside },
    });
  }
  if (reads === null) {
    return [
      ...findings,
      { reason: 'symptom_unproven', atMost: 'approval', inputs: { action: step.action, symptom: null } },
    ];
  }
  // The one that says most against acting: a target without the fault, then one that could not be read.
  const shown =
    reads.find(({ passed, error }) => !passed && error === null) ?? reads.find(({ passed }) => !passed) ?? reads[0];
  if (!shown) return findings;
  const inputs = { action: step.action, targets: step.targets, check: forLog(shown), because: sayCheck(shown) };
  if (shown.error !== null) findings.push({ reason: 'symptom_unproven', atMost: 'approval', inputs });
  else if (!shown.passed) findings.push({ reason: 'symptom_absent', atMost: 'manual', inputs });
  const unnamed = step.targets.filter((target) => !trusted.includes(target));
  if (unnamed.length > 0) {
    const alsoFaulty = shown.passed ? await otherFaultyTargets(context, catalogued) : [];
    const onlyOne = shown.passed && step.targets.length === 1 && alsoFaulty.length === 0;
    if (!onlyOne) {
      const why = { action: step.action, targets: unnamed, namedByTicket: trusted, alsoFaulty };
      findings.push({ reason: 'target_untrusted', atMost: 'approval', inputs: why });
    }
  }
  return findings;
}

/** A ticket whose remediations are superseded again and again: what it is about does not hold still. */
async function unrestFindings(
  { storage, settings }: EngineContext,
  { tenant, ticketId }: Ticket,
): Promise<readonly Finding[]> {
  const log = await storage.remediations.logOf(tenant, ticketId);
  const superseded = log.filter(({ event }) => event.type === 'superseded').length;
  if (superseded < settings.limits.supersededAllowed) return [];
  return [
    { reason: 'keeps_changing', atMost: 'manual', inputs: { superseded, allowed: settings.limits.supersededAllowed } },
  ];
}

/** Takes every route down to a suggestion, and keeps what would have been. */
export function inShadow({ route, reason }: Decision): Finding {
  return { reason: 'shadow_mode', atMost: 'suggest_only', inputs: { wouldBe: route, wouldBeReason: reason } };
}

/** Everything about tools, targets and symptoms that takes a decision down. */
export async function findingsOf(
  context: EngineContext,
  ticket: Ticket,
  steps: readonly CataloguedStep[],
  { tools, symptoms }: { readonly tools: ToolState; readonly symptoms: readonly SymptomSeen[] },
): Promise<readonly Finding[]> {
  const findings: Finding[] = [...(await unrestFindings(context, ticket))];
  const changed = changedTools(steps, tools);
  if (changed.length > 0) findings.push({ reason: 'tool_changed', atMost: 'manual', inputs: { tools: changed } });
  const trusted = await trustedTargets(context, ticket);
  for (const seen of symptoms) findings.push(...(await targetFindings(context, seen, trusted)));
  return findings;
}
