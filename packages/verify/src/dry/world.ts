import {
  type Arguments,
  type Catalogue,
  type Executor,
  type FunctionTool,
  functionExecutor,
  type Json,
  toolsOf,
  valueAt,
  withValueAt,
} from '@remit/core';
import { NotExecuted } from '@remit/core/testing';
import { imagine } from './imagine.js';
import { type Cast, type Phase, toShow } from './play.js';

/** A call as it was sent, with how its target stood. */
export interface DryCall {
  readonly tool: string;
  readonly arguments: Arguments;
  readonly idempotencyKey: string;
  /** Targets that the arguments name and that showed no fault when it was sent. */
  readonly healthy: readonly string[];
}

/** A world that is made up from what the catalogue's checks look for. No tool of the host is ever called. */
export interface DryWorld {
  /** Every write that got out, in order. */
  readonly sent: readonly DryCall[];
  /** How a write ends: `works`, is `refused`, or does it and the answer is `lost`; `vanishes` does nothing and says nothing. */
  behaviour: 'works' | 'refused' | 'lost' | 'vanishes';
  /** Done while a write is on its way. */
  during: ((call: DryCall) => Promise<void>) | null;
  /** Version of every tool's definition; another one is another tool. */
  version: string;
  /** Answer reads as though every target showed its fault. Only controls use it. */
  pretendsFault: boolean;
  /** Calls change nothing and say that they did. */
  lies: boolean;
  /** What a tool adds to its answer. */
  echo: (args: Arguments) => Json;
  /** Puts a target on stage: from then on reads of it show the fault (or not). */
  stage(cast: Cast, phase?: Phase): void;
  /** A target that is on stage changes. */
  turn(target: string, phase: Phase): void;
  /** The fields of the target's snapshot move, and everything else that is looked for stays. False: they cannot. */
  move(target: string): boolean;
  readonly executor: Executor;
}

interface Staged {
  readonly cast: Cast;
  phase: Phase;
  moved: boolean;
}

function beyond(was: Json, within: number): readonly Json[] {
  if (typeof was === 'number') return [was + within + 1, was - within - 1];
  return typeof was === 'boolean' ? [!was] : ['moved'];
}

/** A value in which one field of the snapshot is another one, and all checks still pass; null when there is none. */
function movedValue(staged: Staged, read: { readonly tool: string; readonly arguments: Json }, value: Json): Json {
  const { snapshot } = staged.cast.entry;
  if (!snapshot) return null;
  const show = toShow(staged.cast, staged.phase, read);
  for (const field of snapshot.fields) {
    const was = valueAt(value, field);
    if (was === undefined) continue;
    const bounds = show.assertions.filter(([{ path }]) => path === field);
    const named = bounds.flatMap(([assertion]) => ('oneOf' in assertion ? assertion.oneOf : []));
    for (const other of [...named, ...beyond(was, snapshot.tolerances?.[field] ?? 0)]) {
      if (JSON.stringify(other) === JSON.stringify(was)) continue;
      const exact = { path: field, equals: other } as const;
      const scope = bounds[0]?.[1] ?? {};
      const fits = imagine({ ...show, assertions: [[exact, scope], ...show.assertions] });
      if (fits !== null) return withValueAt(value, field, other);
    }
  }
  return null;
}

/** Puts a world together for the tools that a catalogue names. */
export function dryWorld(catalogue: Catalogue): DryWorld {
  const staged = new Map<string, Staged>();
  const sent: DryCall[] = [];

  function answer(read: { readonly tool: string; readonly arguments: Json }): Json {
    let value: Json = {};
    for (const one of staged.values()) {
      const phase = world.pretendsFault ? 'faulty' : one.phase;
      const show = toShow(one.cast, phase, read);
      if (show.assertions.length + (show.against ?? []).length + show.fields.length === 0) continue;
      const shown = imagine(show) ?? {};
      const now = one.moved ? (movedValue({ ...one, phase }, read, shown) ?? shown) : shown;
      value = { ...(value as Record<string, Json>), ...(now as Record<string, Json>) };
    }
    return value;
  }

  async function write(tool: string, args: Arguments, idempotencyKey: string): Promise<Json> {
    const meant = [...staged.values()].filter(
      ({ cast }) =>
        (cast.entry.tool === tool || cast.entry.undo?.tool === tool) &&
        cast.entry.targets.some(({ argument }) => {
          const named = valueAt(args, argument);
          const names = Array.isArray(named) ? named : [named];
          return names.includes(cast.target.slice(cast.target.indexOf(':') + 1));
        }),
    );
    const healthy = meant.filter(({ phase }) => phase !== 'faulty').map(({ cast }) => cast.target);
    const call = { tool, arguments: args, idempotencyKey, healthy };
    sent.push(call);
    await world.during?.(call);
    if (world.behaviour === 'refused') throw new NotExecuted('the tool refused it');
    if (world.behaviour !== 'vanishes' && !world.lies) for (const one of meant) one.phase = 'mended';
    if (world.behaviour === 'lost' || world.behaviour === 'vanishes')
      throw new Error('the connection broke before the answer');
    return world.echo(args);
  }

  const reads = new Set(
    catalogue.actions.flatMap((entry) =>
      entry.class === 'read_only'
        ? toolsOf(entry)
        : toolsOf(entry).filter((tool) => tool !== entry.tool && tool !== entry.undo?.tool),
    ),
  );
  const tools = Object.fromEntries(
    [...new Set(catalogue.actions.flatMap(toolsOf))].map((name): [string, FunctionTool] => [
      name,
      {
        readOnly: reads.has(name),
        get version() {
          return world.version;
        },
        run: (args, { idempotencyKey }) =>
          idempotencyKey === null ? answer({ tool: name, arguments: args }) : write(name, args, idempotencyKey),
      },
    ]),
  );

  const world: DryWorld = {
    sent,
    behaviour: 'works',
    during: null,
    version: '1',
    pretendsFault: false,
    lies: false,
    echo: () => ({ done: true }),
    stage(cast, phase = 'faulty') {
      staged.set(cast.target, { cast, phase, moved: false });
    },
    turn(target, phase) {
      const one = staged.get(target);
      if (one) one.phase = phase;
    },
    move(target) {
      const one = staged.get(target);
      const { snapshot } = one?.cast.entry ?? {};
      if (!one || !snapshot) return false;
      one.moved = true;
      return true;
    },
    executor: functionExecutor({ name: 'dry', tools }),
  };
  return world;
}
