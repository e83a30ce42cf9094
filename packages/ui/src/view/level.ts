import { CHECK, DIAMOND, DOT, STOP, WARN } from './icons.js';

/** A level of reliability as the API names it. */
export type Level = 'very_high' | 'high' | 'medium' | 'low';

/** What stands for a level, or for how something went: never the colour alone. */
export type Tone = 'good' | 'fine' | 'warn' | 'bad' | 'quiet';

/** Tone and icon of a level. */
export interface LevelLook {
  readonly tone: Tone;
  /** A path of icons.ts. */
  readonly icon: string;
}

const LOOKS: Readonly<Record<Level, LevelLook>> = {
  very_high: { tone: 'good', icon: CHECK },
  high: { tone: 'fine', icon: DIAMOND },
  medium: { tone: 'warn', icon: WARN },
  low: { tone: 'bad', icon: STOP },
};

const UNKNOWN: LevelLook = { tone: 'quiet', icon: DOT };

/** Tone and icon of a level; a level that this version does not know is quiet, never green. */
export function lookOf(level: string | null): LevelLook {
  return level !== null && Object.hasOwn(LOOKS, level) ? LOOKS[level as Level] : UNKNOWN;
}
