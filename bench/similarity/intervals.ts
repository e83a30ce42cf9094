/** Figures of one kind, by name. */
export type Figures = Readonly<Record<string, number>>;

/** Means over splits, with how far they scatter. */
export interface Scattered {
  readonly mean: Figures;
  /** Standard deviation over the splits. */
  readonly deviation: Figures;
  /** 95 % interval of the mean, by Student's t. */
  readonly interval: Readonly<Record<string, readonly [number, number]>>;
}

/** Two-sided 95 % quantiles of Student's t by degrees of freedom, from 1. */
const STUDENT = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

function round(value: number): number {
  return Number(value.toFixed(4));
}

/** Means and spread of the same figures over several splits. */
export function scattered(splits: readonly Figures[]): Scattered {
  const [mean, deviation]: [Record<string, number>, Record<string, number>] = [{}, {}];
  const interval: Record<string, readonly [number, number]> = {};
  for (const name of Object.keys(splits[0] ?? {})) {
    const values = splits.map((figures) => figures[name] ?? Number.NaN);
    const middle = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
    const spread = values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1));
    const reach = ((STUDENT[values.length - 2] ?? 1.96) * spread) / Math.sqrt(values.length);
    mean[name] = round(middle);
    deviation[name] = round(spread);
    interval[name] = [round(middle - reach), round(middle + reach)];
  }
  return { mean, deviation, interval };
}
