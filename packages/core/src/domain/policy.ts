import type { ActionClass, Family } from './action.js';

/*
 * Every number of the specification, once, with its unit. Other files import from here;
 * a literal that means something to an operator belongs on this page.
 */

/** A minute, ms. */
export const MINUTE_MS = 60_000;
/** A day, ms. */
export const DAY_MS = 24 * 60 * MINUTE_MS;

const MINUTE = MINUTE_MS;
const HOUR = 60 * MINUTE;
const DAY = DAY_MS;

/** Share of each factor in the reliability score; the four sum to 1. */
export interface Weights {
  readonly aiConfidence: number;
  readonly humanFeedback: number;
  readonly historicalSuccess: number;
  readonly patternRecognition: number;
}

/** The default weights of the reliability score. */
export const WEIGHTS: Weights = {
  aiConfidence: 0.25,
  humanFeedback: 0.3,
  historicalSuccess: 0.25,
  patternRecognition: 0.2,
};

/** Lower, inclusive bound of each level, in points of the score (0..100). */
export const LEVEL_FLOOR = { very_high: 90, high: 75, medium: 60, low: 0 } as const;

/** Score below which nothing may run, approved or not (0..100). */
export const MANUAL_BELOW = LEVEL_FLOOR.medium;
/** Score from which a safe write of an eligible pattern may run without a person (policy `by_level`). */
export const AUTO_FROM = LEVEL_FLOOR.very_high;
/** Lowest `minReliabilityScore` an operator may set without `allowBelowSeedMinimum` (0..100). */
export const SEED_MINIMUM_SCORE = 85;

/** What a pattern needs to be `eligible`; rates are shares 0..1, the score is 0..100. */
export const ELIGIBLE = { occurrences: 5, positiveFeedbackRate: 0.85, avgReliabilityScore: 85, successRate: 0.85 };
/** What an eligible pattern needs besides to be `proven`. */
export const PROVEN = { occurrences: 20, avgReliabilityScore: 90, successRate: 0.92 };
/** What a `critical_write` needs to have earned autonomy, besides a proven pattern and policy.criticalAutoApprove. */
export const CRITICAL_EARNED = { approvedSuccesses: 10, failures: 0, score: 90 };

/** Resolved earlier tickets at which the pattern factor counts in full. */
export const PATTERN_FULL_AT = ELIGIBLE.occurrences;
/** Imagined earlier outcomes of the factors: one good in two, so that nothing known reads as 50. */
export const PRIOR = { good: 1, all: 2 };

/** Votes at or above are positive, at or below negative, in between neutral (0..1). */
export const VERDICT = { positiveFrom: 0.75, negativeTo: 0.25 };

/** Stars of a vote: their bounds, and from which and to which on they agree with the words `positive` and `negative`. */
export const STARS = { least: 1, most: 5, positiveFrom: 4, negativeTo: 2 };

/** The value 0..1 of a vote without stars, by its word. */
export const WORD_VALUE = { positive: 1, neutral: 0.5, negative: 0 } as const;

/** Against farming: how often one principal may speak for autonomy on one pattern. */
export const FARMING = {
  /** A principal's successes, praise and occurrences count once per pattern in this time, ms. */
  principalOncePerMs: DAY,
  /** Votes of one author that count on one pattern within `voteWindowMs`. */
  votesPerAuthor: 3,
  voteWindowMs: 30 * DAY,
  /** Distinct principals an eligible pattern needs behind its votes and runs. */
  distinctPrincipals: 2,
};

/**
 * A ticket reopened this soon after it was resolved counts back as a failure, ms. For as long a policy stands unchanged
 * before its rollout phase may go up by itself: what it let through is known by then.
 */
export const REOPEN_COUNTS_MS = 7 * DAY;

/** Candidate fixes that are shown of one pattern, the newest. */
export const CANDIDATE_FIXES_SHOWN = 100;

/** A yes that comes sooner than this after the request was given without reading, ms. */
export const RUBBER_STAMP_BELOW_MS = 10_000;
/** Two-sided 95 % quantile of the normal distribution, for displayed intervals. */
export const WILSON_Z = 1.959963984540054;

/** Limits of the guard. A host may set others in `createRemit({ settings: { limits } })`. */
export interface Limits {
  /** Window of the action rate limits, ms. */
  readonly rateWindowMs: number;
  /** Writes in a rolling hour for one tenant, all categories together. */
  readonly actionsPerHourTenant: number;
  /** Writes in a rolling hour on one target. */
  readonly actionsPerHourTarget: number;
  /** Writes in a rolling hour for one pattern. */
  readonly actionsPerHourPattern: number;
  /** Remediations of one target and action within `loopWindowMs` that may run; the next one goes to a person. */
  readonly loopAllowed: number;
  readonly loopWindowMs: number;
  /** Targets in a rolling hour for one tenant; a target touched by two remediations counts twice. */
  readonly targetsPerHourTenant: number;
  /** Tickets of one pattern within `stormWindowMs` on different targets from which on a person has to look. */
  readonly stormFrom: number;
  readonly stormWindowMs: number;
  /** Remediations of one ticket that may be superseded before a person has to look: what it is about keeps changing. */
  readonly supersededAllowed: number;
  /** Actions of one plan. */
  readonly actionsPerPlan: number;
  /** Distinct targets of one plan. */
  readonly targetsPerPlan: number;
}

/** The default limits of the guard. */
export const GUARD: Limits = {
  rateWindowMs: HOUR,
  actionsPerHourTenant: 10,
  actionsPerHourTarget: 10,
  actionsPerHourPattern: 10,
  loopAllowed: 2,
  loopWindowMs: DAY,
  targetsPerHourTenant: 10,
  stormFrom: 5,
  stormWindowMs: 10 * MINUTE,
  supersededAllowed: 3,
  actionsPerPlan: 5,
  targetsPerPlan: 3,
};

/** Tickets of a pattern that the storm guard looks at; more than enough to tell. */
export const STORM_LOOKS_AT = 50;

/** A time span as people say it: `10 min`, `24 h`. */
export function sayDuration(ms: number): string {
  if (ms >= HOUR && ms % HOUR === 0) return `${ms / HOUR} h`;
  return ms >= MINUTE ? `${Math.round(ms / MINUTE)} min` : `${Math.round(ms / 1_000)} s`;
}

/** How often validation looks again, ms of the host's clock. */
export const VALIDATION_EVERY_MS = 25;

/** How long past its timeout an executor may take to say so, ms. */
export const EXECUTOR_GRACE_MS = 1_000;

/** What a host may tune, unless it does: times in ms, `readsPerAnalysis` in reads. */
export const SETTINGS = {
  analystTimeoutMs: MINUTE,
  readTimeoutMs: 5_000,
  readsPerAnalysis: 50,
  // Work of an instance that died goes on within its lease and 2 s.
  recoverEveryMs: 1_000,
};

/**
 * What the state of the service is judged by. A store that has not answered after `answersWithinMs` is unreachable. Work
 * that nobody took for `behindAfterMs` means that the queue is behind; so many failures of the analyst in a row that it
 * is failing. The store is asked once in `looksEveryMs` at most, however many ask.
 */
export const HEALTH = { answersWithinMs: 2_000, behindAfterMs: MINUTE, failuresInARow: 3, looksEveryMs: 1_000 };

/** How often a waiting reader looks again although nothing was told, ms (another instance may do the work). */
export const WAITING_LOOKS_EVERY_MS = 100;

/** Days that figures may look back on. */
export const FIGURE_DAYS = { least: 1, most: 3_650 };

/**
 * The embedded analyst: the share (0..1) of a symptom text's terms that a ticket must contain for the runbook to be looked
 * at, and how many runbooks are, for one ticket.
 */
export const RUNBOOKS = { speaksLikeFrom: 0.5, lookedAt: 4 };

/** Pieces of unfinished work woken at a time. */
export const RECOVER_AT_ONCE = 100;

/** How long validation is repeated until it holds, unless the catalogue says otherwise, ms. */
export const VALIDATION_WITHIN_MS = 2_000;

/** The numbers of mode `guaranteed`. Risks and rates are shares 0..1, times are ms. */
export const GUARANTEE = {
  /** Average wrong-action risk below which automation may be open, and the confidence error of that claim. */
  alpha: 0.05,
  delta: 0.05,
  /** The same for critical writes, whatever the policy says for others: they are a stratum of their own. */
  criticalAlpha: 0.01,
  /** What an operator may set. */
  alphaBounds: { min: 0.001, max: 0.25 },
  deltaBounds: { min: 0.001, max: 0.25 },
  /** Lower quantiles from which a stream may be open, from the strictest to the widest. */
  grid: [0.925, 0.9, 0.875, 0.85, 0.8, 0.75],
  /** The bound of a gate that has only one. */
  singleBound: 0.9,
  /** Risks that the gate bets on, as parts of alpha; each gets the same stake. */
  bets: [0, 1 / 8, 1 / 4, 1 / 2, 3 / 4],
  /** Which quantile of a fix's success probability ranks it. */
  quantile: 0.1,
  /** What an earlier run of the same pattern and action weighs after each later one. */
  decay: 0.99,
  /** Imagined good and bad runs of a pattern of which nothing is known. */
  startPrior: { good: 4, bad: 1 },
  /** Within which the prior of a stratum may be learned from its patterns. */
  prior: { runsPerPattern: 3, patterns: 5, mean: [0.3, 0.92], strength: [2, 8] },
  /** Supervised successes that a pattern needs before its tickets enter the stream. */
  supervisedSuccesses: 5,
  /** What a run seen in shadow mode and a complaint after a success weigh beside a run. */
  shadowAgreement: 0.5,
  shadowDisagreement: 0.25,
  complaint: 0.25,
  complaintOncePerMs: 30 * DAY,
  /** Detector of one pattern: the failure rate it looks for, and the odds at which it speaks. */
  patternDetector: { rate: 0.3, odds: 20 },
  /** Detector of a stratum's automatic runs: failure rate in alphas (at most `most`), and odds. */
  stratumDetector: { alphas: 3, most: 0.5, odds: 200 },
  /** Clean supervised runs that end a probation: doubled by each further one, up to `most`. */
  probation: { runs: 5, most: 80 },
  /** Error budget: so many known wrong automatic runs are allowed in `windowMs`, or alpha of all of them if that is more. */
  budget: { windowMs: 30 * DAY, wrong: 3 },
  /** Certified runs that may be on their way and not yet validated, in a tenant. Minutes, not the soak. */
  inFlight: { perPattern: 1, perStratum: 3 },
  /** How long after its end a run must have stayed good for its label to be final. */
  soakMs: DAY,
  /** A decision without a label after this time counts as wrong. */
  labelWithinMs: REOPEN_COUNTS_MS,
  /** Share of automatic runs that a person is asked to check, in 1/10,000. */
  auditBuckets: 500,
};

/** Calibration of the analyst's confidence. */
export const CALIBRATION = {
  /** Labels from which Platt's curve, and from which isotonic regression may be used. */
  plattFrom: 50,
  isotonicFrom: 1_000,
  /** Bins of the same size of the calibration error and of the reliability diagram. */
  bins: 10,
  /** Labels below which nothing is claimed about calibration. */
  enoughLabels: 200,
  /** Redraws behind the null quantile of the calibration error. */
  redraws: 999,
  /** Confidence that counts as sure, 0..1. */
  sureFrom: 0.8,
  /** Labels that are looked back on. */
  newest: 5_000,
  /** How long a fitted curve is used before it is fitted anew, ms. */
  refitMs: MINUTE,
};

/** Points of the curve of risk by coverage, at most. */
export const RISK_POINTS = 20;

/** When a parked call in doubt is read again: first after this time, then after twice as long each time, ms. */
export const LOOK_AGAIN = { firstMs: MINUTE, doublings: 12 };

/** How often a check of the guard is tried again that failed to look while a plan runs, and the pause before, ms. */
export const LOOK = { again: 2, pauseMs: 100 };

/** How long a run that was put off waits for a lock, a failing host guard or a check that could not be made: twice as long each time, ms. */
export const PUT_OFF = { firstMs: 30_000, mostMs: HOUR };

/** The next wait of a run that was put off so often in a row for this reason, ms. */
export function putOffMs(before: { readonly reason: string; readonly times: number } | null, reason: string): number {
  const times = before?.reason === reason ? before.times : 0;
  return Math.min(PUT_OFF.mostMs, PUT_OFF.firstMs * 2 ** Math.min(times, 30));
}

/** Rows in a row that only say that a run was claimed, before no more of them are written. */
export const CLAIM_ROWS_IN_VAIN = 3;

/** Times a ticket is taken up for analysis before it is left to a person: something about it keeps breaking off. */
export const TICKET_ATTEMPTS = 5;

/** Other allowed targets that are read to tell whether one alone is at fault; with more of them it cannot be told. */
export const OTHER_TARGETS_READ = 20;

/** Times a row is tried again after somebody else wrote first. */
export const APPEND_ATTEMPTS = 20;

/** Leases and their heartbeat, ms. */
export const LEASE = { ms: 30_000, heartbeatMs: 10_000 };

/** The tenant's chain. */
export const AUDIT = {
  /** How often what was written is sealed, ms: well within a second. */
  sealEveryMs: 500,
  /** Logs that one seal covers: its transaction takes a few ms, for which a ticket may have to wait. */
  logsPerSeal: 25,
  /** Tenants looked after in one turn. */
  tenantsPerTurn: 100,
  /** Length of the shortest key that may authenticate seals, bytes. */
  keyBytes: 32,
  /** Logs, seals or records read at a time when everything is checked. */
  readAtOnce: 200,
};

/** How often rows that no answer depends on are removed, ms, and how many of a kind at a time. */
export const TIDY = { everyMs: 10 * MINUTE, atOnce: 1_000 };

/** How long events of the outbox are kept for observers that come back, ms. */
export const OUTBOX = { keptMs: 7 * DAY };

/** Events that are sent to addresses outside. */
export const WEBHOOKS = {
  /** How long one attempt may take, ms. */
  timeoutMs: 10_000,
  /** How long a sender holds an endpoint for one attempt, ms; longer than the attempt. */
  leaseMs: MINUTE,
  /** Attempts of one event; then it is kept as a dead letter. */
  attempts: 10,
  /** The wait before the second attempt, ms; four times as long before each one more. */
  firstWaitMs: 5_000,
  /** The longest wait, ms. */
  longestWaitMs: 6 * HOUR,
  /** How often is looked for something new, ms. */
  lookEveryMs: 1_000,
  /** Length of a secret, bytes, as the Standard Webhooks say. */
  secretBytes: { least: 24, most: 64 },
};

/** Repeats of a request under one idempotency key. */
export const IDEMPOTENCY = {
  /** How long an answer is kept, ms. */
  keptMs: DAY,
  /** How long a request may take to be answered before the same key begins anew, ms. */
  leaseMs: 2 * MINUTE,
};

/** Approvals. */
export const APPROVAL = {
  /** An unanswered request raises an escalation event after this time, ms. */
  escalateAfterMs: 30 * MINUTE,
  /** An unanswered request expires after this time, ms. */
  expireAfterMs: DAY,
  /** A granted approval is good for this time, ms. */
  goodForMs: 30 * MINUTE,
};

/** Of a pattern's newest tickets so many are shown at most. */
export const PATTERN_TICKETS_SHOWN = 200;

/** Of how many of a pattern's newest tickets some can be split off. */
export const SPLIT_TICKETS = 10_000;

/** Sizes of input text, characters. */
export const INPUT_LIMITS = {
  ticketId: 200,
  title: 500,
  description: 100_000,
  comment: 20_000,
  targets: 20,
  splitTickets: 1_000,
};

/** Bounds of a JSON value. */
export interface JsonLimits {
  /** Levels of nesting. */
  readonly depth: number;
  /** Characters of text, keys and literals. */
  readonly characters: number;
}

/** The largest JSON that is taken from a plan's arguments (`arguments`) and from a tool's answer (`answer`). */
export const JSON_LIMITS: Readonly<Record<'arguments' | 'answer', JsonLimits>> = {
  arguments: { depth: 32, characters: 100_000 },
  answer: { depth: 64, characters: 1_048_576 },
};

/** Similarity (0..1) from which a ticket joins a known pattern; below it founds its own. */
export const JOIN_PATTERN_FROM = 0.45;

/**
 * How often a line of an alert source was of the pattern whose template it fits, 0..1: below what was observed on the
 * weakest of twelve programs.
 */
export const TEMPLATE_PRECISION = 0.9;

/**
 * Share (0..1) of assignments that were right, by their confidence (0..1); between two points along the line. At each point
 * below what was observed on the weakest of three labelled corpora of two kinds (problems of computer users; questions to
 * a bank), five random splits each, so that none is fitted and nothing is promised that was not seen.
 */
export const OBSERVED_PRECISION: readonly (readonly [confidence: number, precision: number])[] = [
  [0, 0],
  [0.15, 0.15],
  [0.2, 0.3],
  [0.25, 0.45],
  [0.3, 0.65],
  [0.35, 0.82],
  [0.4, 0.93],
  [0.45, 0.97],
  [0.5, 0.98],
  [1, 0.99],
];

/** How tickets are compared. */
export const SIMILARITY = {
  /** Exemplars that are scored for one ticket. */
  candidates: 200,
  /** So many for each similar ticket that is wanted, where few are. */
  candidatesEach: 20,
  /** Entries of the term index that may be read for one ticket, rarest terms first. */
  postings: 200_000,
  /** Exemplars that are closest by the entries read: so many are looked at for the terms whose entries were not. */
  lookedAt: 600,
  /** So many of those terms, the rarest: a long text has thousands. */
  lookedFor: 24,
  /** The most alike candidates that are also compared with each other. */
  neighbourhood: 100,
  /** So many for each text that is wanted, where few are. */
  neighbourhoodEach: 6,
  /** Neighbours of each that say what it is alike to. */
  neighbours: 5,
  /** The most alike exemplars of a pattern whose mean speaks for it. */
  exemplarsAveraged: 3,
  /** Distinct tellings of a pattern that are compared with; the oldest goes. */
  exemplarsPerPattern: 128,
  /** Earlier tickets shown with one. */
  shown: 5,
  /** The most earlier tickets that can be asked for. */
  mostShown: 50,
  /** Words of a text that are compared; the beginning says what it is about. */
  words: 600,
  /** Imagined unlike texts in every collection, so that a term seen once is not common in a small one. */
  backgroundTexts: 50,
  /** Terms that a text must share with one telling of a pattern to be of it. */
  sharedAtLeast: 2,
  /** Shared terms that speak half as much for a pattern as any number of them could. */
  sharedHalf: 4,
  /** Share of a pattern's tellings (0..1) with a term at which the term half belongs to the pattern. */
  termBelongsAt: 0.1,
  /** How long an embedder may take, ms; after that the words speak alone. */
  embedderMs: 2_000,
  /** Fewer texts than this say nothing about how alike an embedder finds strangers. */
  meaningFrom: 3,
  /** Texts that are kept taken apart in memory, at most. */
  keptTellings: 4_000,
  /** The longest text that is kept so, characters. */
  keptTextLength: 1_000,
  /** Share (0..1) of its places from which a line is one of a template's. */
  templateFits: 0.5,
  /** The most that two different signatures can be alike. */
  mostUnlessSame: 0.99,
};

/**
 * A chain of analysts: failures in a row after which one is left alone, for how long (ms), and the stretch of time
 * that a budget is counted over (ms).
 */
export const ANALYST_CHAIN = { failures: 5, restMs: 60_000, budgetMs: 3_600_000 };

/** How many of a pattern's newest tickets are looked at for what fixed them, and how many must share the fix. */
export const LEARNED_FIX = { look: 20, times: 3 };

/** The category names Remit starts with; a host may replace the list. */
export const DEFAULT_CATEGORIES = [
  'server',
  'network',
  'storage',
  'application',
  'database',
  'cloud',
  'security',
  'other',
] as const;

/** Categories that are switched off until an operator opens them. */
export const OFF_BY_DEFAULT: readonly string[] = ['security'];

/**
 * When a person has to say yes: `true` for every write, `'by_level'` below 90 unless the pattern is proven,
 * `false` only where a rule of the decision table wants it.
 */
export type RequiresApproval = true | false | 'by_level';

/** A weekly time window in a civil time zone. */
export interface TimeWindow {
  /** IANA zone, for example `Europe/Rome`. */
  readonly zone: string;
  readonly days: readonly Weekday[];
  /** Local wall-clock time `HH:MM`, inclusive. */
  readonly from: string;
  /** Local wall-clock time `HH:MM`, exclusive; before or at `from` it lies on the next day. */
  readonly to: string;
}

/** Days as a window names them. */
export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/** A time in which nothing is written; instants in ms since the epoch, `toMs` exclusive. */
export interface FreezePeriod {
  readonly fromMs: number;
  readonly toMs: number;
  readonly reason: string;
}

/** The names of the rollout phases, in order. */
export const PHASES = ['pilot', 'expansion', 'scale', 'full'] as const;
/** A rollout phase. */
export type PhaseName = (typeof PHASES)[number];

/** Who may take a category one rollout phase up. */
export const PHASE_ADVANCES = ['by_operator', 'while_gate_open'] as const;
/** One of {@link PHASE_ADVANCES}. */
export type PhaseAdvance = (typeof PHASE_ADVANCES)[number];

/** What a rollout phase lets through. */
export interface PhaseRule {
  /** Tickets with a rollout bucket below this take part, of 10,000. */
  readonly bucketsBelow: number;
  /** Families that may act; null: all. */
  readonly families: readonly Family[] | null;
  /** Write classes that may act; null: all. */
  readonly classes: readonly ActionClass[] | null;
  readonly approvalForAll: boolean;
  /** Score below which a person is asked (0..100); null: none. */
  readonly minReliabilityScore: number | null;
}

/** The rollout of the seed, as data. */
export const PHASE_RULES: Readonly<Record<PhaseName, PhaseRule>> = {
  pilot: {
    bucketsBelow: 500,
    families: ['cache', 'restart'],
    classes: ['read_only', 'safe_write'],
    approvalForAll: true,
    minReliabilityScore: null,
  },
  expansion: {
    bucketsBelow: 2_000,
    families: ['cache', 'restart', 'network'],
    classes: ['read_only', 'safe_write'],
    approvalForAll: false,
    minReliabilityScore: 95,
  },
  scale: {
    bucketsBelow: 5_000,
    families: null,
    classes: ['read_only', 'safe_write'],
    approvalForAll: false,
    minReliabilityScore: 90,
  },
  full: { bucketsBelow: 10_000, families: null, classes: null, approvalForAll: false, minReliabilityScore: null },
};

/** What the operator allows for one category (table `auto_remediation_policies`). */
export interface Policy {
  /** Off: tickets of the category get analysis and suggestion only. */
  readonly enabled: boolean;
  readonly requiresApproval: RequiresApproval;
  /** Score below which a person is always asked, 0..100. */
  readonly minReliabilityScore: number;
  /** Must be set (and is logged) to take `minReliabilityScore` below 85. */
  readonly allowBelowSeedMinimum: boolean;
  /** Whether a critical write can ever earn autonomy. */
  readonly criticalAutoApprove: boolean;
  /** Writes of this category in a rolling hour. */
  readonly maxActionsPerHour: number;
  readonly maintenanceWindows: readonly TimeWindow[];
  readonly freezePeriods: readonly FreezePeriod[];
  /** Distinct people who must say yes. */
  readonly approvers: number;
  readonly approverGroups: readonly string[];
  readonly escalationTarget: string | null;
  /** Whether a submitter or requester may approve their own ticket. */
  readonly selfApproval: boolean;
  /** `guaranteed`: the gate opens automation instead of standing and level. */
  readonly mode: 'seed' | 'guaranteed';
  /** Mode `guaranteed`: the average wrong-action risk to stay below, 0.001..0.25. */
  readonly alpha: number;
  /** Mode `guaranteed`: the error of that claim, 0.001..0.25. */
  readonly delta: number;
  /** Everything is decided and recorded, nothing is executed; people's own fixes are compared with the proposals. */
  readonly shadow: boolean;
  readonly phase: PhaseName | null;
  /** `while_gate_open`: the phase also goes up by itself while the gate is open. Absent: `by_operator`. */
  readonly phaseAdvance?: PhaseAdvance;
}

/** The policy a category has until an operator writes one: every write waits for a person. */
export const DEFAULT_POLICY: Policy = {
  enabled: true,
  requiresApproval: true,
  minReliabilityScore: SEED_MINIMUM_SCORE,
  allowBelowSeedMinimum: false,
  criticalAutoApprove: false,
  maxActionsPerHour: 10,
  maintenanceWindows: [],
  freezePeriods: [],
  approvers: 1,
  approverGroups: [],
  escalationTarget: null,
  selfApproval: false,
  mode: 'seed',
  alpha: GUARANTEE.alpha,
  delta: GUARANTEE.delta,
  shadow: false,
  phase: null,
};

/** The default policy of one category: `security` starts switched off. */
export function defaultPolicy(category: string): Policy {
  return OFF_BY_DEFAULT.includes(category) ? { ...DEFAULT_POLICY, enabled: false } : DEFAULT_POLICY;
}
