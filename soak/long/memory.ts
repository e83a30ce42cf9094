import type { MemorySample } from './instances.js';

/** What the resident memory of one process that was never killed did. */
export interface MemoryCourse {
  readonly instance: number;
  /** Medians of whole minutes, MB, from the first one on. */
  readonly minutes: readonly number[];
  /** How far the highest and the lowest minute lie from the first one counted, in percent of that. */
  readonly highest: number;
  readonly lowest: number;
}

const MINUTE = 60_000;
const MB = 1_048_576;

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

const rounded = (value: number): number => Math.round(value * 10) / 10;

/** The course of each process that lived from `fromMinute` to the end; a killed one starts anew and says nothing. */
export function coursesOf(memory: readonly MemorySample[], fromMinute: number): readonly MemoryCourse[] {
  const last = Math.max(0, ...memory.map(({ sinceMs }) => Math.floor(sinceMs / MINUTE)));
  const byProcess = new Map<number, MemorySample[]>();
  for (const sample of memory) byProcess.set(sample.pid, [...(byProcess.get(sample.pid) ?? []), sample]);
  return [...byProcess.values()].flatMap((samples) => {
    const minutes = Array.from({ length: last }, (_, minute) =>
      median(samples.filter(({ sinceMs }) => Math.floor(sinceMs / MINUTE) === minute).map(({ bytes }) => bytes)),
    );
    const counted = minutes.slice(fromMinute);
    const [first = 0] = counted;
    if (counted.length === 0 || counted.includes(0)) return [];
    const percent = (bytes: number): number => rounded((100 * (bytes - first)) / first);
    return [
      {
        instance: samples[0]?.instance ?? 0,
        minutes: minutes.map((bytes) => rounded(bytes / MB)),
        highest: percent(Math.max(...counted)),
        lowest: percent(Math.min(...counted)),
      },
    ];
  });
}
