import type { ColumnType } from 'kysely';

/** A whole number up to 2^53; drivers bring it as number, bigint or text. */
type Whole = ColumnType<number | bigint | string, number, number>;
type WholeOrNull = ColumnType<number | bigint | string | null, number | null, number | null>;
type Real = ColumnType<number | string, number, number>;
type RealOrNull = ColumnType<number | string | null, number | null, number | null>;
type TextOrNull = ColumnType<string | null, string | null, string | null>;
/** Numbered by the database in the order of writing. */
type Position = ColumnType<number | bigint | string, never, never>;
/** Written as text; drivers bring it as text or parsed. */
type JsonText = ColumnType<unknown, string, string>;
type JsonTextOrNull = ColumnType<unknown, string | null, string | null>;

interface Leased {
  lease_owner: TextOrNull;
  /** Grows with every claim, for ever. */
  lease_token: Whole;
  /** Null when nobody holds it. */
  lease_until_ms: WholeOrNull;
  /** When it wants to be looked at: at the end of the lease, or when due; null: never. */
  wake_at_ms: WholeOrNull;
}

/** Tickets with all that was found out about them. */
export interface TicketsTable extends Leased {
  position: Position;
  tenant: string;
  ticket_id: string;
  content_hash: string;
  title: TextOrNull;
  description: string;
  category: string;
  opted_in: Whole;
  /** Who changed that last, and when; null: as it was handed in, or changed before this was kept. */
  opt_in_by: TextOrNull;
  opt_in_at_ms: WholeOrNull;
  priority: TextOrNull;
  requester: TextOrNull;
  submitter: string;
  targets: JsonText;
  metadata: JsonText;
  incident_key: TextOrNull;
  traceparent: TextOrNull;
  status: string;
  created_at_ms: Whole;
  updated_at_ms: Whole;
  resolved_at_ms: WholeOrNull;
  assessment: JsonTextOrNull;
  /** What figures need of the assessment. */
  figures: JsonTextOrNull;
  /** The assessment's pattern, score and level, for queries. */
  pattern_id: TextOrNull;
  score: RealOrNull;
  level: TextOrNull;
  remediation_id: TextOrNull;
  resolution: JsonTextOrNull;
  /** People's own fixes that are recorded, taken up again or not. */
  resolutions: ColumnType<number | bigint | string, number | undefined, number>;
  /** Claims since something was last decided about it. */
  attempts: Whole;
  reopenings: ColumnType<unknown, string | undefined, string>;
  adjudication: JsonTextOrNull;
}

/** What is kept beside each remediation's log. */
export interface RemediationsTable extends Leased {
  position: Position;
  tenant: string;
  remediation_id: string;
  ticket_id: string;
  created_at_ms: Whole;
  /** Number of log rows. */
  version: Whole;
  /** Hash of the last log row. */
  head_hash: string;
  state: string;
  route: string;
  reason: TextOrNull;
  /** 1 when it carries out a proposal that changes something. */
  acts: ColumnType<number | bigint | string, number | undefined, number>;
  ended: Whole;
  /** 1 while the ticket may have no other remediation: unfinished, or parked. */
  blocks_ticket: Whole;
  holds_locks: Whole;
  /** 1 while it waits for people to say yes. */
  awaits_approval: Whole;
  /** 1 while it has rows that no seal covers; a hint for the sealer, which looks for itself. */
  unsealed: Whole;
  /** `wake_at_ms` for when nobody holds it. */
  rests_until_ms: WholeOrNull;
}

/** The log: rows are written once and never changed. */
export interface RemediationLogsTable {
  position: Position;
  tenant: string;
  remediation_id: string;
  ticket_id: string;
  seq: Whole;
  token: WholeOrNull;
  actor: string;
  at_ms: Whole;
  event_type: string;
  event: JsonText;
  previous_hash: string;
  hash: string;
}

/** Approval requests as they stand. */
export interface RemediationApprovalsTable {
  tenant: string;
  approval_id: string;
  remediation_id: string;
  ticket_id: string;
  /** The remediation's state when this row was written last. */
  state: string;
  binding_hash: string;
  binding: JsonText;
  requested_at_ms: Whole;
  expires_at_ms: Whole;
  /** When somebody else was told because nobody had answered. */
  escalated_at_ms: WholeOrNull;
  needed: Whole;
  barred: JsonText;
  consents: JsonText;
  granted_at_ms: WholeOrNull;
  good_until_ms: WholeOrNull;
  consumed_at_ms: WholeOrNull;
}

/** Earlier tickets that were shown with a decision. */
export interface SimilarTicketsTable {
  tenant: string;
  ticket_id: string;
  remediation_id: string;
  /** From 1, most alike first. */
  rank: Whole;
  similar_ticket_id: string;
  similarity: Real;
  shared_terms: JsonText;
}

/** One vote per author and ticket. */
export interface TicketFeedbacksTable {
  position: Position;
  tenant: string;
  ticket_id: string;
  author: string;
  remediation_id: TextOrNull;
  feedback_type: string;
  rating: WholeOrNull;
  was_helpful: WholeOrNull;
  resolution_accurate: WholeOrNull;
  actions_worked: WholeOrNull;
  comment: TextOrNull;
  what_worked: TextOrNull;
  what_didnt_work: TextOrNull;
  suggestions: TextOrNull;
  actual_resolution: TextOrNull;
  time_to_resolve: RealOrNull;
  value: Real;
  verdict: string;
  at_ms: Whole;
}

/** Every version of every policy. */
export interface AutoRemediationPoliciesTable {
  tenant: string;
  category: string;
  version: Whole;
  policy: JsonText;
  changed_by: string;
  reason: TextOrNull;
  at_ms: Whole;
}

/** Patterns. */
export interface TicketPatternsTable {
  position: Position;
  tenant: string;
  pattern_id: string;
  category: string;
  title: string;
  /** What it was called first. */
  founded_title: string;
  /** The pattern it is part of now. */
  merged_into: string | null;
  created_at_ms: Whole;
}

/** What people said about patterns themselves. */
export interface PatternChangesTable {
  position: Position;
  tenant: string;
  change_id: string;
  pattern_id: string;
  edit: JsonText;
  reason: string | null;
  changed_by: string;
  at_ms: Whole;
}

/** Signatures that are filed under patterns. */
export interface PatternExemplarsTable {
  position: Position;
  tenant: string;
  category: string;
  /** Where it counts now. */
  pattern_id: string;
  /** What it was told to. */
  told_pattern_id: string;
  /** The ticket it was told in first, and what that ticket was like. */
  ticket_id: string;
  similarity: Real;
  known: Whole;
  signature_hash: string;
  /** Version of the normaliser that made the signature. */
  signature_version: Whole;
  masked: string;
  words: string;
  terms: JsonText;
  /** How many distinct terms the masked words have. */
  masked_terms: Whole;
  /** The source of alerts that it is a line of; null when a person wrote it. */
  source: string | null;
  /** 1 while it is a candidate. */
  indexed: Whole;
}

/** How much there is to compare with: candidates of a category, and their distinct terms added up. */
export interface ExemplarCollectionsTable {
  tenant: string;
  category: string;
  texts: Whole;
  terms: Whole;
}

/** In how many candidates each term is. */
export interface ExemplarTermsTable {
  position: Position;
  tenant: string;
  category: string;
  term: string;
  texts: Whole;
}

/** Which candidates have which term, by their positions: those of a block of positions in one text, see `exemplarEntries.ts`. */
export interface ExemplarBlocksTable {
  term: Whole;
  block: Whole;
  entries: string;
}

/** What tickets and votes taught. The columns of the other kind are null. */
export interface PatternFactsTable {
  tenant: string;
  /** Where it counts now. */
  pattern_id: string;
  /** What it was told to. */
  told_pattern_id: string;
  action_type: string;
  ticket_id: string;
  kind: string;
  /** The author of a vote, the remediation of an outcome, or `human`: part of the key. */
  source: string;
  principal: string;
  at_ms: Whole;
  counted: Whole;
  /** 1 when it speaks for autonomy. */
  speaks: Whole;
  resolved: WholeOrNull;
  executed: WholeOrNull;
  succeeded: WholeOrNull;
  via: TextOrNull;
  confidence: RealOrNull;
  similarity: RealOrNull;
  verdict: TextOrNull;
  admissible: WholeOrNull;
}

/** The counted facts of each pattern and action type, added up. */
export interface PatternTalliesTable {
  tenant: string;
  pattern_id: string;
  action_type: string;
  /** Grows with every change of the facts. */
  revision: Whole;
  /** Facts, whether they count or not. */
  facts: Whole;
  occurrences: Whole;
  executed: Whole;
  succeeded: Whole;
  approved_successes: Whole;
  positive: Whole;
  rated: Whole;
  /** Counted outcomes, with confidence and similarity added up. */
  outcomes: Whole;
  confidence: Real;
  similarity: Real;
  principals: Whole;
}

/** How far the track of each pattern and action type was folded. Gone with the first change of what it holds. */
export interface PatternTracksTable {
  tenant: string;
  pattern_id: string;
  action_type: string;
  alpha: Real;
  /** All facts up to then are in it. */
  up_to_ms: Whole;
  fold: JsonText;
  /** Names the numbers by which it was folded. */
  folding: string;
}

/** Every version of every runbook that a person made of what was learned. */
export interface PromotedRunbooksTable {
  position: Position;
  tenant: string;
  name: string;
  version: Whole;
  pattern_id: string;
  category: string;
  runbook: JsonText;
  candidate: JsonTextOrNull;
  retired: Whole;
  promoted_by: string;
  at_ms: Whole;
}

/** Who holds which target. */
export interface TargetLocksTable {
  target_key: string;
  tenant: string;
  remediation_id: string;
}

/** What each remediation took of each count. */
export interface RateSlotsTable {
  /** The tenant whose count it is; '' for counts over all tenants. */
  counted_in: string;
  scope: string;
  key: string;
  window_ms: Whole;
  tenant: string;
  remediation_id: string;
  amount: Whole;
  taken_at_ms: Whole;
}

/** Stops, lifted ones included. */
export interface HaltsTable {
  tenant: string;
  halt_id: string;
  scope: string;
  category: TextOrNull;
  reason: string;
  raised_by: string;
  at_ms: Whole;
  lifted_by: TextOrNull;
  lifted_at_ms: WholeOrNull;
}

/** Every acceptance of tool definitions, by one tenant or for all of the installation (tenant ''). */
export interface ToolPinsTable {
  tenant: string;
  executor: string;
  version: Whole;
  pins: JsonText;
  accepted_by: string;
  at_ms: Whole;
}

/** The tenants' own logs: written once and never changed. */
export interface AuditRecordsTable {
  position: Position;
  tenant: string;
  seq: Whole;
  kind: string;
  key: string;
  actor: string;
  at_ms: Whole;
  content: JsonText;
  previous_hash: string;
  hash: string;
}

/** The end of each tenant's own log. */
export interface AuditLogsTable {
  tenant: string;
  version: Whole;
  head_hash: string;
  unsealed: Whole;
}

/** The tenants' chains: written once and never changed. */
export interface AuditSealsTable {
  tenant: string;
  seq: Whole;
  at_ms: Whole;
  previous_hash: string;
  hash: string;
  mac: TextOrNull;
}

/** What each seal says of each log. */
export interface AuditSealEntriesTable {
  tenant: string;
  seal: Whole;
  /** From 1. */
  rank: Whole;
  /** The remediation; '' for the tenant's own records. */
  log_id: string;
  from_version: Whole;
  to_version: Whole;
  head_hash: string;
  rows_hash: string;
}

/** The head of each chain, kept apart from it. */
export interface AuditHeadsTable {
  tenant: string;
  seq: Whole;
  hash: string;
  at_ms: Whole;
}

/** What accepted pins are hashes of. The same for every tenant that accepts it, and found by its hash alone. */
export interface ToolDefinitionsTable {
  hash: string;
  definition: JsonText;
}

/** Decisions whose outcomes the gate learns from. */
export interface GuaranteeTrialsTable {
  position: Position;
  tenant: string;
  remediation_id: string;
  ticket_id: string;
  stratum: string;
  /** Null: not in the gate's stream. */
  score: RealOrNull;
  route: string;
  pattern_id: string;
  action_types: JsonText;
  confidence: Real;
  audited: Whole;
  decided_at_ms: Whole;
  /** Null while there is no label. */
  labelled_at_ms: WholeOrNull;
  /** Null: no label, or one that says nothing. */
  loss: WholeOrNull;
  cause: TextOrNull;
}

/** Labelled trials of each pattern, those that say nothing left out. */
export interface GuaranteeRunsTable {
  tenant: string;
  stratum: string;
  pattern_id: string;
  runs: Whole;
  clean: Whole;
}

/** How far each stratum was folded. */
export interface GuaranteeCheckpointsTable {
  tenant: string;
  stratum: string;
  up_to: Whole;
  state: JsonText;
  /** Names the numbers by which it was folded. */
  folding: string;
  /** When the trials of `recent` were read, and folds of them that may still be revised. */
  read_ms: Whole;
  recent: JsonTextOrNull;
}

/** What is told to the outside. */
export interface OutboxTable {
  position: Position;
  tenant: string;
  /** Null until a reader numbers it. */
  seq: ColumnType<number | bigint | string | null, never, number>;
  type: string;
  ticket_id: TextOrNull;
  remediation_id: TextOrNull;
  at_ms: Whole;
  data: JsonText;
}

/** The highest number in each tenant's outbox. */
export interface OutboxHeadsTable {
  tenant: string;
  seq: Whole;
}

/** How far each consumer of an outbox is. */
export interface OutboxConsumersTable {
  tenant: string;
  consumer: string;
  seq: Whole;
  attempts: Whole;
  due_at_ms: Whole;
  lease_owner: TextOrNull;
  lease_token: Whole;
  lease_until_ms: WholeOrNull;
}

/** Events that a consumer gave up. */
export interface OutboxDeadLettersTable {
  position: Position;
  tenant: string;
  consumer: string;
  event: JsonText;
  error: string;
  at_ms: Whole;
}

/** Requests that were answered. */
export interface IdempotencyKeysTable {
  tenant: string;
  principal: string;
  key: string;
  fingerprint: string;
  lease_token: Whole;
  /** Null once it is answered. */
  lease_until_ms: WholeOrNull;
  answer: ColumnType<unknown, string | undefined, string>;
  at_ms: Whole;
}

/** Figures of days that are over; a day is gone as soon as a ticket of it changes. */
export interface StatsDaysTable {
  tenant: string;
  /** Its beginning in UTC. */
  day_ms: Whole;
  scores: JsonText;
  work: JsonText;
  /** Names the numbers and rules by which they were summed up; '' while they are not there. */
  figuring: string;
  /** Grows with every change of one of its tickets. */
  revision: ColumnType<number | bigint | string, number | undefined, number>;
}

/** Which migrations were applied. */
export interface SchemaMigrationsTable {
  version: Whole;
  name: string;
  checksum: string;
  applied_at_ms: Whole;
}

/** Every table, by name. */
export interface Schema {
  tickets: TicketsTable;
  remediations: RemediationsTable;
  remediation_logs: RemediationLogsTable;
  remediation_approvals: RemediationApprovalsTable;
  similar_tickets: SimilarTicketsTable;
  ticket_feedbacks: TicketFeedbacksTable;
  auto_remediation_policies: AutoRemediationPoliciesTable;
  ticket_patterns: TicketPatternsTable;
  pattern_changes: PatternChangesTable;
  pattern_exemplars: PatternExemplarsTable;
  exemplar_collections: ExemplarCollectionsTable;
  exemplar_terms: ExemplarTermsTable;
  exemplar_blocks: ExemplarBlocksTable;
  pattern_facts: PatternFactsTable;
  pattern_tallies: PatternTalliesTable;
  pattern_tracks: PatternTracksTable;
  promoted_runbooks: PromotedRunbooksTable;
  target_locks: TargetLocksTable;
  rate_slots: RateSlotsTable;
  halts: HaltsTable;
  tool_pins: ToolPinsTable;
  audit_records: AuditRecordsTable;
  audit_logs: AuditLogsTable;
  audit_seals: AuditSealsTable;
  audit_seal_entries: AuditSealEntriesTable;
  audit_heads: AuditHeadsTable;
  tool_definitions: ToolDefinitionsTable;
  guarantee_trials: GuaranteeTrialsTable;
  guarantee_runs: GuaranteeRunsTable;
  guarantee_checkpoints: GuaranteeCheckpointsTable;
  outbox: OutboxTable;
  outbox_heads: OutboxHeadsTable;
  outbox_consumers: OutboxConsumersTable;
  outbox_dead_letters: OutboxDeadLettersTable;
  idempotency_keys: IdempotencyKeysTable;
  stats_days: StatsDaysTable;
  schema_migrations: SchemaMigrationsTable;
}
