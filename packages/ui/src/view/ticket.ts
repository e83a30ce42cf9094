import type { LogRow } from '@remit/client';

type Numbers = Readonly<Record<string, number>>;

function newestProposal(rows: readonly LogRow[]): LogRow['event'] | null {
  return rows.findLast(({ event }) => event.type === 'proposed')?.event ?? null;
}

function numbersOf<Shape>(value: unknown): Shape | null {
  const isObject = typeof value === 'object' && value !== null;
  return isObject && Object.values(value as Numbers).every((each) => typeof each === 'number')
    ? (value as Shape)
    : null;
}

/** The facts behind the newest score, of the action type that scored lowest; null where the log has none. */
export function evidenceIn<Facts>(rows: readonly LogRow[]): Facts | null {
  const standings = newestProposal(rows)?.['standings'];
  if (!Array.isArray(standings)) return null;
  const scored = standings as readonly { readonly reliability_score: number; readonly evidence: unknown }[];
  const lowest = [...scored].sort((a, b) => a.reliability_score - b.reliability_score)[0];
  return lowest ? numbersOf<Facts>(lowest.evidence) : null;
}

/** The weights of the newest score; null where the log has none. */
export function weightsIn<Weights>(rows: readonly LogRow[]): Weights | null {
  return numbersOf<Weights>(newestProposal(rows)?.['weights']);
}
