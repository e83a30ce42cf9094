import { type ActionClass, type Catalogue, type Executor, type Json, toolsOf, valueAt, withValueAt } from '@remit/core';
import type { Cast } from '../dry/play.js';
import type { DryWorld } from '../dry/world.js';
import { broken, type Guarantee, holds, notApplicable, withEntries, withExecutor, withOptions } from '../subject.js';
import { withTrial } from '../trial.js';
import { ANYTHING, anyOne, catalogueWith, codeOf, nothingSent, onEach, recast, routed } from './tries.js';

/* Whether the catalogue alone says what may be done, and on which targets. */

const CYRILLIC: Readonly<Record<string, string>> = { a: '\u0430', e: '\u0435', o: '\u043e', c: '\u0441', p: '\u0440' };

/** Names that look like another one and are not it. */
function lookAlikes(name: string): readonly string[] {
  const cyrillic = name.replace(/[aeocp]/, (letter) => CYRILLIC[letter] ?? letter);
  const all = [name.toUpperCase(), `${name} `, `${name}\u200b`, cyrillic, `${name}s`];
  return [...new Set(all)].filter((one) => one !== name);
}

/** Names of targets that must never be read as a target, let alone as all of them. */
const NO_TARGETS: readonly Json[] = ['', ' ', '*', 'a*', '?', [], ['*'], null];

const OUTSIDE = 'remit-verify-outside';

/** The cast with another name at the place of its first target. */
function named(cast: Cast, name: Json): Cast {
  const [{ argument } = { argument: '' }] = cast.entry.targets;
  const isList = Array.isArray(valueAt(cast.arguments, argument));
  const value = isList && !Array.isArray(name) ? [name] : name;
  const target = `${cast.entry.targets[0]?.kind}:${typeof name === 'string' ? name : ''}`;
  return { ...cast, target, arguments: withValueAt(cast.arguments, argument, value as Json) as Cast['arguments'] };
}

const UNKNOWN_CLASS = 'harmless' as ActionClass;

/** Guarantees about actions and targets. */
export const catalogueGuarantees: readonly Guarantee[] = [
  {
    id: 'uncatalogued_action',
    says: 'An action that is not in the catalogue is refused, under a look-alike name too.',
    properties: [1],
    attempt: (subject) =>
      onEach(subject.plays, async ({ entry, casts: [cast] }) =>
        withTrial(subject, [cast], { known: [...lookAlikes(entry.name), entry.tool] }, async (trial) => {
          for (const [n, name] of [...lookAlikes(entry.name), entry.tool].entries()) {
            if (subject.catalogue.actions.some((one) => one.name === name)) continue;
            trial.plans.set(`T-${n}`, { actions: [{ action: name, arguments: cast.arguments }] });
            await trial.submit(`T-${n}`, cast);
            await trial.settle();
            const wrong = await routed(trial, `T-${n}`, ['manual']);
            if (wrong !== null) return `As ${JSON.stringify(name)}: ${wrong}`;
          }
          return null;
        }),
      ),
    without: (subject) =>
      withEntries(subject, (entry) => [entry, ...lookAlikes(entry.name).map((name) => ({ ...entry, name }))]),
  },
  {
    id: 'unknown_class',
    says: 'A catalogue that gives an action a class that nobody knows does not load.',
    properties: [1, 10],
    attempt: (subject) =>
      onEach(anyOne(subject), async ({ casts: [first] }) => {
        const cast = recast(first, { class: UNKNOWN_CLASS });
        const options = { catalogue: catalogueWith(subject, cast.entry) };
        const code = await codeOf(withTrial(subject, [cast], { options }, async () => null));
        return code === 'invalid_catalogue' ? null : `It loaded (${code ?? 'no error'}).`;
      }),
    without: (subject) =>
      withEntries(subject, (entry) => [
        entry.class === UNKNOWN_CLASS ? { ...entry, class: 'safe_write', counterReset: true } : entry,
      ]),
  },
  {
    id: 'no_target',
    says: 'An empty set of targets and a wildcard are errors, never "everything".',
    properties: [1, 10],
    attempt: (subject) =>
      onEach(subject.plays, ({ casts: [cast] }) =>
        withTrial(subject, [cast], {}, async (trial) => {
          for (const [n, name] of NO_TARGETS.entries()) {
            const bad = named(cast, name);
            await trial.submit(`T-${n}`, bad, { targets: [cast.target] });
            await trial.settle();
            const wrong = await routed(trial, `T-${n}`, ['manual']);
            if (wrong !== null) return `With the target ${JSON.stringify(name)}: ${wrong}`;
          }
          return null;
        }),
      ),
    // A host that "repairs" what an analyst says, and reads nothing as the first target there is.
    without: (subject) =>
      withOptions(subject, (options) => {
        const { analyst } = options;
        if (!analyst) return options;
        return {
          ...options,
          analyst: {
            name: analyst.name,
            async analyze(...asked) {
              const said = await analyst.analyze(...asked);
              const actions = said.plan?.actions.map((action) => {
                const play = subject.plays.find(({ entry }) => entry.name === action.action);
                const [{ argument } = { argument: '' }] = play?.entry.targets ?? [];
                const given = JSON.stringify(valueAt(action.arguments, argument) ?? null);
                const isBad = NO_TARGETS.some(
                  (one) => given === JSON.stringify(one) || given === JSON.stringify([one]),
                );
                return isBad && play ? { ...action, arguments: play.casts[0].arguments } : action;
              });
              return { ...said, plan: actions ? { actions } : null };
            },
          },
        };
      }),
  },
  {
    id: 'target_outside',
    says: 'A target outside the allowed set is never automatic, even when it shows the fault and the ticket names it.',
    properties: [1],
    attempt: (subject) =>
      onEach(subject.plays, ({ casts: [cast] }) => {
        const outside = named(cast, OUTSIDE);
        return withTrial(subject, [outside], {}, async (trial) => {
          await trial.submit('T', outside);
          await trial.settle();
          return routed(trial, 'T', ['approval', 'manual']);
        });
      }),
    without: (subject) =>
      withEntries(subject, (entry) => [
        { ...entry, allowedTargets: [...entry.allowedTargets, `${entry.targets[0]?.kind}:${OUTSIDE}`] },
      ]),
  },
  {
    id: 'untrusted_target',
    says: 'A target that only the analyst names, while others show the fault as well, is never automatic.',
    properties: [1],
    attempt: (subject) =>
      onEach(
        subject.plays.filter(({ entry, casts }) => entry.symptom && casts.length > 1),
        ({ casts: [cast, ...others] }) =>
          withTrial(subject, [cast, ...others], {}, async (trial) => {
            await trial.submit('T', cast, { targets: [] });
            await trial.settle();
            return routed(trial, 'T', ['approval', 'manual']);
          }),
        'No action has a symptom and more than one allowed target.',
      ),
    without: (subject) =>
      withOptions(subject, (options) => ({
        ...options,
        hooks: {
          ...options.hooks,
          resolveTargets: async () => options.catalogue.actions.flatMap(({ allowedTargets }) => allowedTargets),
        },
      })),
  },
  {
    id: 'no_symptom_read',
    says: 'A write without a read that shows the fault is never automatic.',
    properties: [11],
    attempt: (subject) =>
      onEach(
        subject.plays.filter(({ entry }) => entry.symptom),
        ({ casts: [cast] }) => {
          const { symptom: _, ...rest } = cast.entry;
          return withTrial(subject, [cast], { options: { catalogue: catalogueWith(subject, rest) } }, async (trial) => {
            await trial.submit('T', cast);
            await trial.settle();
            return routed(trial, 'T', ['approval', 'manual']);
          });
        },
        'No action has a symptom read: none of them can ever be automatic.',
      ),
    without: (subject) =>
      withEntries(subject, (entry) => {
        const own = subject.catalogue.actions.find(({ name }) => name === entry.name);
        return [own?.symptom ? { ...entry, symptom: own.symptom } : entry];
      }),
  },
  {
    id: 'healthy_target',
    says: 'A target that does not show the fault is not written to.',
    properties: [11],
    attempt: (subject) =>
      onEach(
        subject.plays.filter(({ entry }) => entry.symptom),
        ({ casts: [cast] }) =>
          withTrial(subject, [cast], {}, async (trial) => {
            trial.world.turn(cast.target, 'mended');
            await trial.submit('T', cast);
            await trial.settle();
            return routed(trial, 'T', ['manual']);
          }),
        'No action has a symptom read.',
      ),
    // A symptom that says of everything that it is broken.
    without: (subject) =>
      withEntries(subject, (entry) => [
        entry.symptom ? { ...entry, symptom: { ...entry.symptom, expect: ANYTHING } } : entry,
      ]),
  },
  {
    id: 'symptom_gone',
    says: 'A fault that is gone before the first write ends the run as recovered; nothing is written.',
    properties: [11],
    attempt: (subject) =>
      onEach(
        subject.plays.filter(({ entry }) => entry.symptom),
        ({ casts: [cast] }) =>
          withTrial(subject, [cast], { policy: { requiresApproval: true } }, async (trial) => {
            await trial.submit('T', cast);
            await trial.settle();
            trial.world.turn(cast.target, 'mended');
            await trial.approveAll('T');
            await trial.settle();
            return nothingSent(trial, 'T');
          }),
        'No action has a symptom read.',
      ),
    without: (subject) =>
      withExecutor(
        withEntries(subject, ({ snapshot: _, ...entry }) => [entry]),
        seesFaults,
      ),
  },
  {
    id: 'tools_listed',
    says: 'Every tool that the catalogue relies on is listed by its server, and no read relies on a tool that says it writes.',
    properties: [1],
    async attempt({ catalogue, tools }) {
      if (tools === null) return notApplicable('No tool server was asked.');
      const down = Object.keys(tools.unreachable ?? {});
      const needed = neededTools(catalogue).filter(({ tool }) => !down.some((server) => tool.startsWith(`${server}/`)));
      if (needed.length === 0) return notApplicable(`No server answered: ${down.join(', ')}.`);
      const gone = needed.find(({ tool }) => tools.pins[tool] === undefined);
      if (gone) return broken(`${gone.action} needs ${gone.tool}, which no server lists.`);
      const writes = needed.find(({ tool, reads }) => reads && tools.readOnly[tool] === false);
      if (writes)
        return broken(`${writes.action} reads through ${writes.tool}, which its server does not call read-only.`);
      const rest = down.length === 0 ? '' : ` Not asked, as they did not answer: ${down.join(', ')}.`;
      return holds(`${new Set(needed.map(({ tool }) => tool)).size} tools are listed.${rest}`);
    },
    without: (subject) => {
      const [first] = subject.catalogue.actions;
      if (subject.tools === null || !first) return subject;
      const { [first.tool]: _, ...pins } = subject.tools.pins;
      return { ...subject, tools: { ...subject.tools, pins } };
    },
  },
];

/** An executor that goes on seeing a fault until something was sent, whether it is there or not. */
export function seesFaults(executor: Executor, world: DryWorld): Executor {
  return {
    ...executor,
    async read(...asked) {
      world.pretendsFault = world.sent.length === 0;
      try {
        return await executor.read(...asked);
      } finally {
        world.pretendsFault = false;
      }
    },
  };
}

function neededTools(catalogue: Catalogue) {
  return catalogue.actions.flatMap((entry) => {
    const writes = [entry.class === 'read_only' ? undefined : entry.tool, entry.undo?.tool];
    return toolsOf(entry).map((tool) => ({ action: entry.name, tool, reads: !writes.includes(tool) }));
  });
}
