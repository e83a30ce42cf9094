import type { Fault } from '@remit/core';

/** What core calls its inputs' fields, and what the wire calls them. A name that is not here is the same in both. */
const FIELD_NAMES: Readonly<Record<string, string>> = {
  ticketId: 'ticket_id',
  ticketIds: 'ticket_ids',
  optedIn: 'enable_auto_remediation',
  feedbackType: 'feedback_type',
  wasHelpful: 'was_helpful',
  resolutionAccurate: 'resolution_accurate',
  actionsWorked: 'actions_worked',
  whatWorked: 'what_worked',
  whatDidntWork: 'what_didnt_work',
  actualResolution: 'actual_resolution',
  timeToResolve: 'time_to_resolve',
  approvalId: 'approval_id',
  bindingHash: 'binding_hash',
  reasonCode: 'reason_code',
  minOccurrences: 'min_occurrences',
  haltId: 'halt_id',
  requiresApproval: 'requires_approval',
  minReliabilityScore: 'min_reliability_score',
  allowBelowSeedMinimum: 'allow_below_seed_minimum',
  criticalAutoApprove: 'critical_auto_approve',
  maxActionsPerHour: 'max_actions_per_hour',
  maintenanceWindows: 'maintenance_windows',
  freezePeriods: 'freeze_periods',
  approverGroups: 'approver_groups',
  escalationTarget: 'escalation_target',
  selfApproval: 'self_approval',
  phaseAdvance: 'phase_advance',
};

/** Fields of a freeze period. */
const FREEZE_NAMES: Readonly<Record<string, string>> = { fromMs: 'from', toMs: 'to' };

/** Names in core's facts: the parts of a binding, besides the fields. */
const FACT_NAMES: Readonly<Record<string, string>> = {
  ...FIELD_NAMES,
  remediationId: 'remediation_id',
  policyVersion: 'policy_version',
  expiresAtMs: 'expires_at',
  planHash: 'plan_hash',
  expectedVersion: 'expected_version',
};

/** Facts that are objects with such names themselves. */
const NESTED_FACTS: readonly string[] = ['differences', 'differs', 'named', 'open', 'shown'];

const nameIn = (names: Readonly<Record<string, string>>, name: string): string =>
  Object.hasOwn(names, name) ? (names[name] ?? name) : name;

/** Core's pointer to a value, as a pointer into what was sent. Below metadata and arguments nothing is renamed. */
export function pointerToWire(pointer: string): string {
  const [root, ...tokens] = pointer.split('/');
  if (root !== '' || tokens.length === 0) return pointer;
  // A change of a policy is the body itself on the wire.
  const [first = '', ...rest] = tokens[0] === 'policy' && tokens.length > 1 ? tokens.slice(1) : tokens;
  const below = first === 'freezePeriods' ? rest.map((token) => nameIn(FREEZE_NAMES, token)) : rest;
  return ['', nameIn(FIELD_NAMES, first), ...below].join('/');
}

/** A sentence with the wire's names: only those that nobody would write but as a name are looked for. */
function sentenceToWire(sentence: string): string {
  return sentence.replace(/\b[a-z]+(?:[A-Z][a-z]*)+\b/g, (word) => nameIn(FIELD_NAMES, word));
}

/** A fault that core found, with the wire's names, as a whole sentence. */
export function faultToWire(fault: Fault): Fault {
  const pointer = pointerToWire(fault.pointer);
  const detail = sentenceToWire(fault.detail);
  if (!/^[a-z]/.test(detail)) return { pointer, detail };
  const name = pointer === '' ? 'The input' : `"${pointer.slice(1).replaceAll('/', '.')}"`;
  return { pointer, detail: `${name} ${detail.replace(/\.$/, '')}.` };
}

/** Core's facts, with the wire's names. Values are passed on as they are, but for {@link NESTED_FACTS}. */
export function factsToWire(facts: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const entries = Object.entries(facts).map(([name, value]) => [
    nameIn(FACT_NAMES, name),
    NESTED_FACTS.includes(name) ? namesToWire(value) : value,
  ]);
  return Object.fromEntries(entries);
}

function namesToWire(value: unknown): unknown {
  if (typeof value === 'string') return nameIn(FACT_NAMES, value);
  if (Array.isArray(value)) return value.map(namesToWire);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, what]) => [nameIn(FACT_NAMES, name), what]));
}
