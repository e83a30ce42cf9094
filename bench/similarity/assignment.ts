import { shuffled } from './chance.js';
import type { Row } from './corpus.js';
import { type Figures, scattered } from './intervals.js';

/*
 * A fifth of the labels is unknown: none of their texts is history. Of every other label 60 % are history; the other
 * 40 %, and 40 % of the unknown ones, ask which known problem they are.
 */

const SPLITS = 5;
const UNKNOWN_SHARE = 0.2;
const HISTORY_SHARE = 0.6;

/** An answer: a label and how sure it is. */
export interface Answer {
  readonly label: string | null;
  readonly confidence: number;
}

/** Something that learns labelled texts and then names the label of others. */
export interface Assigner {
  learn(text: string, label: string): void;
  assign(text: string): Answer;
  close(): void;
}

interface Judged {
  readonly confidence: number;
  readonly right: boolean;
  readonly known: boolean;
}

/** The area under the receiver operating curve: how often a right answer is surer than a wrong one. */
function auroc(answers: readonly Judged[]): number {
  const ranked = [...answers].sort((a, b) => a.confidence - b.confidence);
  let [ranks, right, at] = [0, 0, 0];
  while (at < ranked.length) {
    let end = at;
    while (end < ranked.length && ranked[end]?.confidence === ranked[at]?.confidence) end += 1;
    const rank = (at + 1 + end) / 2;
    for (const { right: isRight } of ranked.slice(at, end)) {
      if (!isRight) continue;
      ranks += rank;
      right += 1;
    }
    at = end;
  }
  const wrong = ranked.length - right;
  return right === 0 || wrong === 0 ? Number.NaN : (ranks - (right * (right + 1)) / 2) / (right * wrong);
}

/** The largest share of all questions that can be answered, surest first, with at least this precision. */
function coverageAt(answers: readonly Judged[], precision: number): number {
  const ranked = [...answers].sort((a, b) => b.confidence - a.confidence);
  let [right, covered] = [0, 0];
  for (const [place, answer] of ranked.entries()) {
    if (answer.right) right += 1;
    // Answers that are equally sure are given together or not at all.
    if (ranked[place + 1]?.confidence === answer.confidence) continue;
    if (right / (place + 1) >= precision) covered = place + 1;
  }
  return covered / ranked.length;
}

/**
 * How far what was claimed is from what was so: the mean difference over ten ranges of confidence, each by its answers;
 * and by how much too much was claimed.
 */
function calibration(answers: readonly Judged[]): Figures {
  let [error, excess] = [0, 0];
  for (let range = 0; range < 10; range += 1) {
    const own = answers.filter(({ confidence }) => Math.min(Math.floor(confidence * 10), 9) === range);
    const claimed = own.reduce((sum, { confidence }) => sum + confidence, 0);
    const difference = (claimed - own.filter(({ right }) => right).length) / answers.length;
    error += Math.abs(difference);
    excess += Math.max(difference, 0);
  }
  return { calibrationError: error, claimedTooMuch: excess };
}

function figuresOf(answers: readonly Judged[]): Figures {
  const known = answers.filter((answer) => answer.known);
  return {
    accuracyKnown: known.filter(({ right }) => right).length / known.length,
    auroc: auroc(answers),
    coverageAt95: coverageAt(answers, 0.95),
    coverageAt99: coverageAt(answers, 0.99),
    ...calibration(answers),
  };
}

function split(
  rows: readonly Row[],
  seed: number,
): { history: readonly Row[]; asking: readonly Row[]; known: ReadonlySet<string> } {
  const labels = shuffled([...new Set(rows.map(({ label }) => label))].sort(), seed);
  const known = new Set(labels.slice(Math.round(labels.length * UNKNOWN_SHARE)));
  const byLabel = new Map<string, Row[]>();
  for (const row of rows) byLabel.set(row.label, [...(byLabel.get(row.label) ?? []), row]);
  const [history, asking]: [Row[], Row[]] = [[], []];
  for (const [label, all] of byLabel) {
    const mixed = shuffled(all, seed);
    const cut = Math.round(mixed.length * HISTORY_SHARE);
    if (known.has(label)) history.push(...mixed.slice(0, cut));
    asking.push(...mixed.slice(cut));
  }
  return { history: shuffled(history, seed), asking, known };
}

/** Accuracy on known problems, how well confidence tells right from wrong, and coverage at a precision; shares 0..1. */
export function assignment(rows: readonly Row[], open: () => Assigner): Record<string, unknown> {
  let n = 0;
  const splits = Array.from({ length: SPLITS }, (_, seed) => {
    const { history, asking, known } = split(rows, seed + 1);
    const assigner = open();
    try {
      for (const { text, label } of history) assigner.learn(text, label);
      n += asking.length;
      return figuresOf(
        asking.map(({ text, label }) => {
          const answer = assigner.assign(text);
          return { confidence: answer.confidence, right: answer.label === label, known: known.has(label) };
        }),
      );
    } finally {
      assigner.close();
    }
  });
  const { mean, deviation, interval } = scattered(splits);
  return { ...mean, n: Math.round(n / SPLITS), deviation, interval };
}
