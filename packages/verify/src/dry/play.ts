import {
  type Arguments,
  type Catalogue,
  type CatalogueEntry,
  type Check,
  fillTemplate,
  type Json,
  resolvePlan,
  type TemplateScope,
  valueAt,
  withValueAt,
} from '@remit/core';
import { imagine, type ToShow } from './imagine.js';
import { sampleArguments } from './sampleArguments.js';

/** An action on one of its targets, with arguments that its schema takes. */
export interface Cast {
  readonly entry: CatalogueEntry;
  /** `kind:name` */
  readonly target: string;
  readonly arguments: Arguments;
}

/** A write of the catalogue that can be tried: one cast for each of its targets. */
export interface Play {
  readonly entry: CatalogueEntry;
  readonly casts: readonly [Cast, ...Cast[]];
}

/** A write that cannot be tried, and why. */
export interface Unplayable {
  readonly action: string;
  readonly because: string;
}

const nameOf = (target: string): string => target.slice(target.indexOf(':') + 1);

/** The arguments with these targets and references to secrets in their places. */
export function argumentsOn(entry: CatalogueEntry, target: string, sample: Json): Arguments {
  let args = sample;
  for (const { kind, argument } of entry.targets) {
    const own = target.startsWith(`${kind}:`);
    const chosen = own ? target : (entry.allowedTargets.find((one) => one.startsWith(`${kind}:`)) ?? target);
    const isList = Array.isArray(valueAt(args, argument));
    args = withValueAt(args, argument, isList ? [nameOf(chosen)] : nameOf(chosen));
  }
  const [secret = ''] = entry.allowedSecrets ?? [];
  for (const pointer of entry.secretArguments ?? []) args = withValueAt(args, pointer, { secretRef: secret });
  return args as Arguments;
}

/** How a target of a cast stands: before the action, or after it worked. */
export type Phase = 'faulty' | 'mended';

/** What templates of a cast's reads may speak of. */
export function scopeOf({ target, arguments: args }: Cast): TemplateScope {
  return { target: nameOf(target), args };
}

/** The checks that have to pass in a phase. */
export function checksIn({ entry }: Cast, phase: Phase): readonly Check[] {
  if (phase === 'mended') return [...entry.validation, ...(entry.reconcile ? [entry.reconcile] : [])];
  return [entry.symptom, entry.backup, ...entry.prechecks].filter((check) => check !== undefined);
}

const isRead = (template: Json, asked: Json, scope: TemplateScope): boolean => {
  const filled = fillTemplate(template, scope);
  return filled.ok && JSON.stringify(filled.value) === JSON.stringify(asked);
};

/** What one read has to show in a phase. */
export function toShow(cast: Cast, phase: Phase, read: { readonly tool: string; readonly arguments: Json }): ToShow {
  const scope = scopeOf(cast);
  const here = (check: { readonly tool: string; readonly arguments: Json }) =>
    check.tool === read.tool && isRead(check.arguments, read.arguments, scope);
  const { snapshot, backup } = cast.entry;
  const assertionsOf = (checks: readonly Check[]) =>
    checks.filter(here).flatMap(({ expect }) => expect.map((assertion) => [assertion, scope] as const));
  return {
    assertions: assertionsOf(checksIn(cast, phase)),
    // What is broken should not look mended, as far as its checks leave that open.
    against: phase === 'faulty' ? assertionsOf(checksIn(cast, 'mended')) : [],
    fields: [
      ...(snapshot && here(snapshot) ? snapshot.fields : []),
      ...(backup && here(backup) ? [backup.agePath] : []),
    ],
  };
}

/** Whether every read of a phase can show all that is wanted of it. */
function canBe(cast: Cast, phase: Phase): boolean {
  return checksIn(cast, phase).every((check) => {
    const filled = fillTemplate(check.arguments, scopeOf(cast));
    return filled.ok && imagine(toShow(cast, phase, { tool: check.tool, arguments: filled.value })) !== null;
  });
}

function castsOf(catalogue: Catalogue, entry: CatalogueEntry, given: Arguments | undefined): Play | Unplayable {
  const because = (why: string): Unplayable => ({ action: entry.name, because: why });
  const [{ kind } = { kind: '' }] = entry.targets;
  const targets = entry.allowedTargets.filter((target) => target.startsWith(`${kind}:`));
  const sample = given ?? sampleArguments(entry.arguments);
  if (sample === null || typeof sample !== 'object') return because('No arguments can be made up from its schema.');
  const casts = targets.map((target): Cast => ({ entry, target, arguments: argumentsOn(entry, target, sample) }));
  const [first, ...others] = casts;
  if (!first) return because(`None of its allowed targets is of the kind "${kind}".`);
  const resolved = resolvePlan(catalogue, { actions: [{ action: entry.name, arguments: first.arguments }] }, 'verify');
  if (!resolved.ok) {
    const faults = resolved.faults.map(({ pointer, detail }) => `${pointer}: ${detail}`).join(' ');
    return because(`Arguments made up from its schema are refused: ${faults} Name some under \`samples\`.`);
  }
  if (!canBe(first, 'faulty'))
    return because('Its symptom, prechecks and backup contradict each other: it can never run.');
  if (!canBe(first, 'mended'))
    return because('Its validation and reconcile contradict each other: it can never succeed.');
  return { entry, casts: [first, ...others] };
}

/** Every write of the catalogue: those that can be tried, and those that cannot. */
export function playsOf(
  catalogue: Catalogue,
  samples: Readonly<Record<string, Arguments>> = {},
): { readonly plays: readonly Play[]; readonly unplayable: readonly Unplayable[] } {
  const all = catalogue.actions
    .filter((entry) => entry.class !== 'read_only' && entry.class !== 'forbidden')
    .map((entry) => castsOf(catalogue, entry, samples[entry.name]));
  return {
    plays: all.filter((one): one is Play => 'casts' in one),
    unplayable: all.filter((one): one is Unplayable => !('casts' in one)),
  };
}
