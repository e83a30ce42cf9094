// What does Remit do for me?

// What may be done?
export type {
  Action,
  ActionClass,
  Arguments,
  Assertion,
  BackupCheck,
  Catalogue,
  CatalogueEntry,
  Check,
  Family,
  Plan,
  ResolvedAction,
  Runbook,
  SnapshotRead,
  TargetRule,
  Template,
  Undo,
} from './domain/action.js';
export { FAMILIES, mostSevere, planHashOf } from './domain/action.js';
export {
  type Analysis,
  type Hypothesis,
  MODEL_RESULTS,
  type ModelResult,
  type ModelUse,
  noProposal,
  type Observation,
} from './domain/analysis.js';
export {
  type Approval,
  type ApprovalBinding,
  bindingHashOf,
  type Consent,
  type OrderedCall,
  type OrderShown,
  type Principal,
  REJECT_REASONS,
  type RejectReason,
} from './domain/approval.js';
// Is the log as it was written?
export type {
  Anchor,
  AuditEntry,
  AuditKind,
  AuditRecord,
  RowPlace,
  Seal,
  SealEntry,
  SealHead,
} from './domain/audit.js';
export type { StoredSeal } from './domain/auditChain.js';
export type { AuditFault, AuditFinding, KeptHead, StoredLog, StoredRow } from './domain/auditCheck.js';
export type { CalibrationQuality, ReliabilityBin } from './domain/calibration/quality.js';
export type { CalibrationReport } from './domain/calibration/report.js';

// How far can stated confidence be trusted?
export type { Calibration, Label } from './domain/calibration.js';
export { canonicalJson, chainHash, hashOf, type Json, sha256 } from './domain/canonical.js';
export { checkCatalogue, defineAction, type ResolvedPlan, resolvePlan, toolsOf } from './domain/catalogue.js';
export type { DayScores, DayWork, FiguresOf, RanFigures, ScoreFigures } from './domain/dayFigures.js';
// Who acts, and why?
export {
  type Decision,
  DecisionEngine,
  type DecisionInput,
  type DecisionReason,
  type DowngradeReason,
  decideRoute,
  downgrade,
  type Finding,
  type GuaranteeInput,
  isMorePermissive,
  type PhaseInput,
  type Route,
  type RuleLooked,
} from './domain/decision.js';
// How reliable is a fix?
export { type Evidence, estimateFactors, ReliabilityScorer, type ReliabilityScorerOptions } from './domain/evidence.js';
export { type Feedback, type FeedbackType, feedbackValue, type Vote, type VoteFields } from './domain/feedback.js';
export type {
  ApprovalFigures,
  MinutesSaved,
  OutcomeFigures,
  ReliabilityStats,
  RemediationStats,
  RunFigure,
  ShadowFigures,
  TicketFigure,
} from './domain/figures.js';
// When may automation be open, and what ranks fixes?
export type { Spent } from './domain/guarantee/budget.js';

export type { GateForm, GateSettings, GateState, Seen } from './domain/guarantee/gate.js';
export type { Prior, Rates, Runs } from './domain/guarantee/prior.js';

export type { RiskPoint, ScoredLabel } from './domain/guarantee/riskCoverage.js';
export type { BoundView, DetectorView, FinalTrial, GateView, StratumState } from './domain/guarantee/stratum.js';
export type { Track, TrackFold, TrackRun } from './domain/guarantee/track.js';
export type { Folded, OpenTrial, StratumPromise, Trial, TrialLabel } from './domain/guarantee/trial.js';
export { inLatin } from './domain/identity.js';
export type { JsonDifference } from './domain/jsonDifferences.js';
export { jsonFault } from './domain/jsonFault.js';
export type { LearnedFix } from './domain/learnedFix.js';
export {
  type CountedFact,
  judgeTally,
  lacking,
  type OutcomeFact,
  type PatternFact,
  type PatternStanding,
  type PatternStatistics,
  type PatternTally,
  type Standing,
  standingOf,
  statisticsOf,
  type VoteFact,
} from './domain/pattern.js';
export type { ChangeFacts, ChangeRefusal, FiledThing, PatternChange, PatternEdit } from './domain/patternChange.js';
export {
  AUDIT,
  CALIBRATION,
  DEFAULT_CATEGORIES,
  DEFAULT_POLICY,
  defaultPolicy,
  type FreezePeriod,
  GUARANTEE,
  GUARD,
  IDEMPOTENCY,
  INPUT_LIMITS,
  JSON_LIMITS,
  type JsonLimits,
  type Limits,
  OUTBOX,
  PATTERN_TICKETS_SHOWN,
  PHASE_ADVANCES,
  PHASE_RULES,
  PHASES,
  type PhaseName,
  type PhaseRule,
  type Policy,
  type RequiresApproval,
  SIMILARITY,
  TEMPLATE_PRECISION,
  type TimeWindow,
  WEBHOOKS,
  WEIGHTS,
  type Weekday,
  type Weights,
} from './domain/policy.js';
export type { DecidedAbout, Recomputed } from './domain/recompute.js';
export {
  FACTOR_NAMES,
  type FactorName,
  type Factors,
  type Level,
  levelOf,
  type RawFactors,
  type Reliability,
  scoreReliability,
} from './domain/reliability.js';
export { RECONCILE_ANSWERS } from './domain/remediation/events.js';
// What happened?
export type {
  ActionStanding,
  ApprovalRequest,
  CheckResult,
  Command,
  Decided,
  DecisionBasis,
  Direction,
  Ended,
  EndState,
  EventType,
  Intent,
  LogRow,
  Order,
  OutcomeKind,
  Projection,
  Proposal,
  ReconcileAnswer,
  Refusal,
  Remediation,
  RemediationEvent,
  Stamp,
  StartedRemediation,
  StateName,
} from './domain/remediation.js';

export type { ReopenRequest } from './domain/reopening.js';
export { type PhasedAction, phaseBelow, phaseInput, rolloutBucket } from './domain/rollout.js';
export type { CandidateFix, PromotedRunbook } from './domain/runbook.js';
export {
  type CheckName,
  type Clearance,
  type ClearedCall,
  type GuardAnswer,
  type Halt,
  redeemClearance,
  type Verdict,
} from './domain/safety.js';
export { secretRefOf, withValueAt } from './domain/secret.js';
export type { Afterwards, Shadowed, ShadowVerdict } from './domain/shadow.js';
export {
  type Entity,
  type Exemplar,
  type FirstTelling,
  type MaskKind,
  SIGNATURE_VERSION,
  type Signature,
  type SignatureWords,
  signatureOf,
} from './domain/signature.js';
export {
  assignPattern,
  type PatternMatch,
  type PatternScore,
  type PatternTelling,
} from './domain/similarity/assign.js';
export { observedPrecision } from './domain/similarity/calibrated.js';
export type { AskedTerm, LookedAt, Sought } from './domain/similarity/candidates.js';
export { type Named, type Ranked, rankAlike } from './domain/similarity/rank.js';
export { type Telling, tellingOf } from './domain/similarity/telling.js';
export { rarity, type TermStatistics, type Weighted, weighted } from './domain/similarity/weights.js';
export type { Spread } from './domain/spread.js';
export type { Durations, Rate } from './domain/statistics.js';
export type { TallySums } from './domain/tallySums.js';
export { type AssertionResult, fillTemplate, type TemplateScope, valueAt } from './domain/template.js';
export type {
  Adjudication,
  Agreement,
  Assessment,
  HumanResolution,
  Reopening,
  SimilarTicket,
  Ticket,
  TicketOutcome,
  TicketPlan,
  TicketRecord,
  TicketStatus,
  TicketText,
} from './domain/ticket.js';
export type { AssessmentFigures, Filed } from './domain/ticketFigure.js';
export { isWindowOpen } from './domain/window.js';
export { type ChainLink, type ChainOptions, chain } from './engine/analystChain.js';
export type { AuditOptions } from './engine/auditOptions.js';
export { requireScope, type Scope } from './engine/authorise.js';
export type { HostHooks, Settings } from './engine/context.js';
export { createRemit, type RemitOptions } from './engine/createRemit.js';
export {
  type FunctionCall,
  type FunctionExecutorOptions,
  type FunctionTool,
  functionExecutor,
  NotExecuted,
} from './engine/functionExecutor.js';
export type { ClearRequest, GuardCheck, GuardContext } from './engine/guard/check.js';
export type { Health } from './engine/health.js';
export { type HttpExecutorOptions, type HttpTool, httpExecutor } from './engine/httpExecutor.js';
export { type InProcessQueueOptions, inProcessQueue } from './engine/inProcessQueue.js';
export type { RemitEventMap, RemitEvents } from './engine/observe.js';
export { runbookAnalyst, verifyAudit } from './engine/onDemand.js';
// What was learned?
export { type PatternKey, PatternLearner, type Recognition } from './engine/patternLearner.js';
export type { GuaranteedCategory, GuaranteeView, StratumView } from './engine/readGuarantee.js';
export { FeedbackProcessor, type FeedbackSubject, type ProcessedFeedback } from './engine/recordFeedback.js';
export type {
  AdjudicationInput,
  ApprovalAnswer,
  FeedbackInput,
  FeedbackReceipt,
  IncidentReport,
  PatternActionView,
  PatternEditInput,
  PatternView,
  PromotionInput,
  ReconciliationAnswer,
  ReconciliationOption,
  RecoveryInput,
  RemediationView,
  Remit,
  ReopenInput,
  ReportReason,
  ResolutionInput,
  Submitted,
  TicketInput,
  TicketView,
  ToolAcceptance,
  ToolChange,
  ToolReview,
} from './engine/remit.js';
// Is it safe right now?
export { SafetyGuard } from './engine/safetyGuard.js';
export { type Vectorise, vectorEmbedder } from './engine/vectorEmbedder.js';
export type { AuditReport, UnsealedRows, VerifyOptions } from './engine/verifyAudit.js';
// What can go wrong?
export { type ErrorCode, type Fault, RemitError, type RemitErrorDetails } from './errors.js';
// What does Remit touch the world through?
export type { AnalysisInput, Analyst, EarlierTicket } from './ports/analyst.js';
export type { AuditStore, AuditSubject, PartRequest } from './ports/auditStore.js';
export type { Clock } from './ports/clock.js';
export type { Embedder } from './ports/embedder.js';
export type {
  CallRequest,
  Executor,
  Outcome,
  Progress,
  ReadResult,
  RevealedCall,
  ToolCatalogue,
} from './ports/executor.js';
export type { IdempotencyClaim, IdempotencyKey, IdempotencyStore } from './ports/idempotency.js';
export type { Ids } from './ports/ids.js';
export type { Logger } from './ports/logger.js';
export type {
  ConsumerClaim,
  ConsumerStep,
  DeadLetter,
  OutboxEvent,
  OutboxPart,
  OutboxStore,
  OutboxType,
} from './ports/outbox.js';
export type { Queue, Work } from './ports/queue.js';
export type {
  AcceptedTools,
  Adoption,
  Append,
  Appended,
  Candidates,
  Claim,
  ClaimRequest,
  DueCursor,
  DueWork,
  FeedbackRecord,
  FeedbackStore,
  HaltStore,
  LoadedRemediation,
  LockHolder,
  LockStore,
  Opening,
  Page,
  PageRequest,
  PatternChanged,
  PatternRecord,
  PatternStore,
  PinStore,
  PolicyStore,
  PolicyVersion,
  RemediationStore,
  RemediationSummary,
  RunbookStore,
  SlotClaim,
  SlotStore,
  StandingOrders,
  StatsStore,
  Storage,
  StratumKey,
  Submission,
  TakeOver,
  TicketStore,
  TrialCheckpoint,
  TrialStore,
} from './ports/storage.js';
