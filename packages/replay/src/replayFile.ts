import type { CalibrationQuality, GateView, Label } from '@remit/core';
import { calibrationQuality, seededUniform } from '@remit/core/statistics';
import { endsOf, type Share, shareOf } from './figures/bounds.js';
import { minutesByCategory, type PolicyFigures, policyFigures, REPEATS_FROM } from './figures/policyFigures.js';
import { type Verdict, verdictOf } from './figures/verdict.js';
import { type LeakTest, leakTest } from './leakTest.js';
import type { GateChange } from './play/gateBook.js';
import { GuaranteedPolicy, seedPolicy } from './play/policies.js';
import { recogniseAll, type WordRecogniser } from './play/recognise.js';
import { knownFrom, type Replayed, replayTickets } from './play/replayTickets.js';
import { type ReadOptions, readTickets, type TicketFile } from './read/readTickets.js';

/** What a replay is told. */
export interface ReplayOptions extends Omit<ReadOptions, 'progress'> {
  /** Promises to try in mode `guaranteed`, each 0..1. */
  readonly alphas: readonly number[];
  /** Recognises by words, for tickets without subcategory and symptom; default: the same masked words. */
  readonly words?: WordRecogniser | null;
  /** Recognises all tickets by their words, whatever else the file tells. */
  readonly wordsOnly?: boolean;
  /** Told what is being done and how far it is, 0..1. */
  readonly progress?: (doing: string, share: number) => void;
}

/** Mode `guaranteed` at one alpha. */
export interface GuaranteedFigures extends PolicyFigures {
  readonly alpha: number;
  /** The gate at the end. */
  readonly gate: GateView;
  /** When it opened and closed. */
  readonly changes: readonly GateChange[];
  readonly verdict: Verdict;
  /** The same replay with every unknown counted as if it had worked: how much hangs on what nobody knows. */
  readonly ifUnknownsHadWorked: Pick<PolicyFigures, 'autos' | 'coverage'> & { readonly open: boolean };
}

/** What would have happened on closed tickets. */
export interface ReplayReport {
  readonly file: Omit<TicketFile, 'tickets'> & { readonly name: string };
  readonly tickets: number;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** Tickets whose pattern had at least 5 earlier ones. */
  readonly repeating: Share & { readonly n: number };
  readonly proposer: string;
  readonly assumptions: readonly string[];
  /** How proposals for all tickets ended. */
  readonly proposals: ReturnType<typeof endsOf>;
  readonly humanOnly: { readonly reopened: Share; readonly medianMinutes: Readonly<Record<string, number>> };
  readonly seed: PolicyFigures;
  readonly guaranteed: readonly GuaranteedFigures[];
  readonly calibration: {
    readonly stated: CalibrationQuality | null;
    readonly calibrated: CalibrationQuality | null;
  };
  readonly leakTest: LeakTest;
}

const PROPOSER =
  'the most frequent resolution of the pattern so far; its confidence is the share of the pattern that was resolved so, (s+1)/(n+2)';

function assumptionsOf({ columns }: TicketFile): readonly string[] {
  return [
    'A person doing what was proposed and the ticket staying closed counts as a run that worked; doing the same and the ticket being reopened as one that failed; doing anything else as unknown, and the gate takes unknown as wrong.',
    'The file has no votes and no authors: each resolution that was not reopened counts as one positive vote of a principal of its own.',
    'Every resolution is taken for a safe write in a category that is switched on, policy by_level; ends are known 24 h after the ticket was resolved.',
    'History tests what was proposed. It says nothing about side effects of an action that nobody ran.',
    'Minutes are elapsed time from opened to resolved, not working time.',
    ...(columns.of.reopen_count
      ? []
      : ['The file does not tell reopened tickets: a fix that did not last looks good.']),
    ...(columns.of.resolved_at
      ? []
      : ['The file does not tell when tickets were resolved: each end counts 8 days after it was opened.']),
  ];
}

/** The policies of a replay: `all` in the order of their places, the gates by alpha. */
function policiesOf(alphas: readonly number[]) {
  const gates = alphas.map((alpha) => ({
    alpha,
    careful: new GuaranteedPolicy(alpha),
    hopeful: new GuaranteedPolicy(alpha, false),
  }));
  return { gates, all: [seedPolicy(), ...gates.flatMap(({ careful, hopeful }) => [careful, hopeful])] };
}

function calibrationOf(all: readonly Replayed[], confidence: (one: Replayed) => number): CalibrationQuality | null {
  const labels = all.flatMap((one): Label[] =>
    one.proposal ? [{ confidence: confidence(one), worked: one.outcome === 'worked' }] : [],
  );
  return calibrationQuality(labels, seededUniform(1));
}

/**
 * Replays closed tickets: human only, mode `seed`, and mode `guaranteed` at each alpha.
 * @throws RemitError `invalid_input` for a file that cannot be used, see `readTickets`.
 */
export async function replayFile(name: string, options: ReplayOptions): Promise<ReplayReport> {
  const { alphas, words = null, wordsOnly = false, progress = () => {}, ...reading } = options;
  const file = await readTickets(name, { ...reading, progress: (share) => progress('reading', share) });
  const { tickets: told, ...read } = file;
  const tickets = wordsOnly ? told.map((ticket) => ({ ...ticket, problem: null })) : told;
  const patterns = await recogniseAll(tickets, words, (share) => progress('recognising', share));
  const policies = policiesOf(alphas);
  const all = replayTickets({ tickets, patterns }, policies.all, (share) => progress('replaying', share));
  progress('checking for leaks', 0);
  const leaks = leakTest({ tickets, patterns }, () => policiesOf(alphas.slice(0, 1)).all);
  const [fromMs, toMs] = [tickets[0]?.openedMs ?? null, tickets.at(-1)?.openedMs ?? null];
  // At the end everything is known, and nothing waits for its soak.
  const knownMs = tickets.reduce((latest, ticket) => Math.max(latest, knownFrom(ticket)), 0);
  const repeats = all.filter(({ earlier }) => earlier >= REPEATS_FROM).length;
  const figures = (index: number, alpha: number): PolicyFigures =>
    policyFigures(all, { name: policies.all[index]?.name ?? '', index, alpha, repeating: repeats });
  return {
    file: { ...read, name },
    tickets: tickets.length,
    fromMs,
    toMs,
    repeating: { n: repeats, ...shareOf(repeats, tickets.length) },
    proposer: PROPOSER,
    assumptions: assumptionsOf(file),
    proposals: endsOf(all.filter(({ proposal }) => proposal).map(({ outcome }) => outcome)),
    humanOnly: {
      reopened: shareOf(tickets.filter(({ reopened }) => reopened).length, tickets.length),
      medianMinutes: Object.fromEntries(minutesByCategory(all)),
    },
    seed: figures(0, alphas[0] ?? 0.05),
    guaranteed: policies.gates.map(({ alpha, careful, hopeful }, place): GuaranteedFigures => {
      const gate = careful.book.viewAt(knownMs);
      const verdict = verdictOf(gate, (bound) => careful.book.labelsFrom(bound));
      const { autos, coverage } = figures(2 + 2 * place, alpha);
      const open = hopeful.book.viewAt(knownMs).open;
      const changes = careful.book.changes;
      const ifUnknownsHadWorked = { autos, coverage, open };
      return { ...figures(1 + 2 * place, alpha), alpha, gate, changes, verdict, ifUnknownsHadWorked };
    }),
    calibration: {
      stated: calibrationOf(all, (one) => one.proposal?.confidence ?? 0),
      calibrated: calibrationOf(all, ({ calibrated }) => calibrated),
    },
    leakTest: leaks,
  };
}
