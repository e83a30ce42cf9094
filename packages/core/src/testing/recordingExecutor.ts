import type { Arguments } from '../domain/action.js';
import type { Json } from '../domain/canonical.js';
import { type FunctionTool, functionExecutor } from '../engine/functionExecutor.js';
import type { Executor } from '../ports/executor.js';

/** A tool in memory. */
export interface ScriptedTool {
  readonly readOnly?: boolean;
  /** What it does and answers. Throwing is a lost reply: the outcome is unknown. */
  readonly run: (args: Arguments, idempotencyKey: string | null) => Json | Promise<Json>;
  /** Changes the definition, and so the pin. */
  readonly description?: string;
}

/** A call as it was sent. */
export interface SentCall {
  readonly tool: string;
  readonly arguments: Arguments;
  readonly idempotencyKey: string;
}

/** An executor in memory that keeps what was sent. */
export interface RecordingExecutor extends Executor {
  /** Every call that passed clearance and the last look, in order. */
  readonly sent: readonly SentCall[];
  /** Replaces or adds tools; pins follow. */
  define(tools: Readonly<Record<string, ScriptedTool>>): void;
}

/** An executor whose tools are functions, and which keeps what was sent: the same as {@link functionExecutor} otherwise. */
export function recordingExecutor(initial: Readonly<Record<string, ScriptedTool>>): RecordingExecutor {
  const tools: Record<string, FunctionTool> = {};
  const sent: SentCall[] = [];
  const define = (more: Readonly<Record<string, ScriptedTool>>) => {
    for (const [name, { run, ...tool }] of Object.entries(more)) {
      tools[name] = {
        ...tool,
        run(args, { idempotencyKey }) {
          if (idempotencyKey !== null) sent.push({ tool: name, arguments: args, idempotencyKey });
          return run(args, idempotencyKey);
        },
      };
    }
  };
  define(initial);
  return { ...functionExecutor({ name: 'recording', tools }), sent, define };
}
