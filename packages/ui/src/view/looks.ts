import { BOLT, CHECK, CLOCK, DIAMOND, DOT, LOCK, PERSON, STOP, WARN } from './icons.js';
import type { LevelLook } from './level.js';

/* Tone and icon of everything that has a name of its own. The name itself stands beside them as text. */

/** What kinds of names there are. */
export type NameKind = 'status' | 'class' | 'route' | 'standing' | 'state';

const LOOKS: Readonly<Record<NameKind, Readonly<Record<string, LevelLook>>>> = {
  status: {
    received: { tone: 'quiet', icon: DOT },
    analyzing: { tone: 'fine', icon: CLOCK },
    suggested: { tone: 'quiet', icon: DIAMOND },
    awaiting_approval: { tone: 'warn', icon: PERSON },
    deferred: { tone: 'warn', icon: CLOCK },
    remediating: { tone: 'fine', icon: BOLT },
    resolved: { tone: 'good', icon: CHECK },
    needs_human: { tone: 'bad', icon: PERSON },
    closed: { tone: 'quiet', icon: CHECK },
  },
  class: {
    read_only: { tone: 'quiet', icon: DOT },
    safe_write: { tone: 'fine', icon: BOLT },
    critical_write: { tone: 'warn', icon: WARN },
    destructive: { tone: 'bad', icon: STOP },
    forbidden: { tone: 'bad', icon: LOCK },
  },
  route: {
    auto: { tone: 'good', icon: BOLT },
    approval: { tone: 'warn', icon: PERSON },
    manual: { tone: 'bad', icon: PERSON },
    suggest_only: { tone: 'quiet', icon: DIAMOND },
  },
  standing: {
    learning: { tone: 'quiet', icon: CLOCK },
    eligible: { tone: 'fine', icon: DIAMOND },
    proven: { tone: 'good', icon: CHECK },
    probation: { tone: 'bad', icon: WARN },
  },
  state: {
    succeeded: { tone: 'good', icon: CHECK },
    recovered: { tone: 'good', icon: CHECK },
    awaiting_approval: { tone: 'warn', icon: PERSON },
    deferred: { tone: 'warn', icon: CLOCK },
    needs_reconciliation: { tone: 'bad', icon: WARN },
    failed: { tone: 'bad', icon: STOP },
    halted: { tone: 'bad', icon: STOP },
    rejected: { tone: 'bad', icon: STOP },
  },
};

/** Tone and icon of a name; one that this version does not know is quiet. */
export function lookOfName(kind: NameKind, name: string): LevelLook {
  const looks = LOOKS[kind];
  return (Object.hasOwn(looks, name) ? looks[name] : undefined) ?? { tone: 'quiet', icon: DOT };
}
