import type { Arguments } from '../domain/action.js';
import { hashOf, type Json } from '../domain/canonical.js';
import { redeemClearance } from '../domain/safety.js';
import { messageOf } from '../errors.js';
import type { Executor, Outcome } from '../ports/executor.js';

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

/** What a tool throws to say that it did nothing: the outcome is `failed`, not unknown. */
export class NotExecuted extends Error {
  override readonly name = 'NotExecuted';
}

/** An executor whose tools are functions. It redeems clearances and asks for the last look like a real one. */
export function recordingExecutor(initial: Readonly<Record<string, ScriptedTool>>): RecordingExecutor {
  const tools = new Map(Object.entries(initial));
  const sent: SentCall[] = [];
  const failed = (detail: string): Outcome => ({ outcome: 'failed', detail, result: null });
  const notSent = (why: string): Outcome => ({ ...failed(`not sent: ${why}`), neverSent: true });
  const definitionsNow = () =>
    Object.fromEntries([...tools].map(([name, { description = '' }]) => [name, { name, description }]));
  const pinsNow = () =>
    Object.fromEntries(Object.entries(definitionsNow()).map(([name, definition]) => [name, hashOf(definition)]));
  return {
    name: 'recording',
    sent,
    define(more) {
      for (const [name, tool] of Object.entries(more)) tools.set(name, tool);
    },
    async catalogue() {
      const definitions = definitionsNow();
      const readOnly = Object.fromEntries([...tools].map(([name, tool]) => [name, tool.readOnly ?? false]));
      return { pins: pinsNow(), readOnly, definitions };
    },
    async read(name, args) {
      const tool = tools.get(name);
      if (!tool?.readOnly) return { ok: false, error: `${name} is not a read-only tool.` };
      try {
        return { ok: true, value: await tool.run(args, null) };
      } catch (error) {
        return { ok: false, error: messageOf(error) };
      }
    },
    async call({ clearance, tool: name, arguments: args, idempotencyKey, refusedNow, reveal }, { signal }) {
      if (signal.aborted) return notSent('it was aborted');
      const tool = tools.get(name);
      if (!tool) return notSent(`there is no tool ${name}`);
      let revealed: Arguments;
      try {
        revealed = (await reveal()).arguments;
        const refused = await refusedNow();
        if (refused !== null) return notSent(refused);
      } catch (error) {
        return notSent(messageOf(error));
      }
      if (signal.aborted) return notSent('it was aborted');
      // The tool as it is now, with nothing waited for between this look and the call.
      if (!redeemClearance(clearance, { tool: name, arguments: args, idempotencyKey, pins: pinsNow() })) {
        return notSent('the clearance is not good for this call, or the tool is not the accepted one');
      }
      sent.push({ tool: name, arguments: args, idempotencyKey });
      try {
        return {
          outcome: 'committed',
          detail: 'done',
          result: (await tools.get(name)?.run(revealed, idempotencyKey)) ?? null,
        };
      } catch (error) {
        if (error instanceof NotExecuted) return failed(messageOf(error));
        return { outcome: 'unknown', detail: messageOf(error), result: null };
      }
    },
    async close() {},
  };
}
