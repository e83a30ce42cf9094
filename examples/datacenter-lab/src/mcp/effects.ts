import { createHash, randomUUID } from 'node:crypto';
import { appendFile, link, mkdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LabError } from '../labError.js';

/** One call of a write tool. */
export interface WriteCall {
  tool: string;
  arguments: Record<string, unknown>;
  /** Undefined: the call is carried out however often it comes. */
  idempotencyKey: string | undefined;
}

const recordSchema = z.object({
  key: z.string(),
  tool: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  begunAt: z.string(),
  /** Result and failure are missing while the call runs, and for good when the server died in the middle of it. */
  result: z.record(z.string(), z.unknown()).optional(),
  failure: z.string().optional(),
});
type CallRecord = z.infer<typeof recordSchema>;

/** Carries write calls out, at most once for every idempotency key, and keeps the record of what was done. */
export interface Effects {
  /** @throws LabError `refused` when the key belongs to another call or to one whose result was never recorded. */
  carryOut(call: WriteCall, act: () => Promise<Record<string, unknown>>): Promise<Record<string, unknown>>;
  /** Waits for the calls that are under way. */
  settle(): Promise<void>;
}

/**
 * Keeps one JSON file for every key under `<folder>/idempotency` and one line for every effect in
 * `<folder>/effects.jsonl`. Keys are never forgotten.
 */
export function recordEffects(folder: string): Effects {
  const keys = join(folder, 'idempotency');
  const running = new Map<string, Promise<Record<string, unknown>>>();
  const underWay = new Set<Promise<unknown>>();

  async function actAndLog(call: WriteCall, act: () => Promise<Record<string, unknown>>) {
    const result = await act();
    const line = { at: new Date().toISOString(), ...call, idempotencyKey: call.idempotencyKey ?? null };
    await appendFile(join(folder, 'effects.jsonl'), `${JSON.stringify(line)}\n`);
    return result;
  }

  async function actOnce(key: string, call: WriteCall, act: () => Promise<Record<string, unknown>>) {
    const file = join(keys, `${createHash('sha256').update(key).digest('hex')}.json`);
    const record: CallRecord = { key, tool: call.tool, arguments: call.arguments, begunAt: new Date().toISOString() };
    const earlier = await claim(file, record);
    if (earlier) return replay(earlier, call);
    try {
      const result = await actAndLog(call, act);
      await replaceFile(file, { ...record, result });
      return result;
    } catch (error) {
      // Nothing was changed, so the key is free again. After any other error the effect is unknown and the key is not.
      if (error instanceof LabError && error.code !== 'unreachable') await rm(file, { force: true });
      else await replaceFile(file, { ...record, failure: String(error) });
      throw error;
    }
  }

  function start(call: WriteCall, act: () => Promise<Record<string, unknown>>) {
    const key = call.idempotencyKey;
    if (key === undefined) return actAndLog(call, act);
    // The same key again while its first call still runs: wait for that one, then answer from its record.
    const before = running.get(key)?.catch(() => undefined) ?? Promise.resolve();
    const turn = before.then(() => actOnce(key, call, act));
    running.set(key, turn);
    const forget = () => running.get(key) === turn && running.delete(key);
    turn.then(forget, forget);
    return turn;
  }

  return {
    carryOut: async (call, act) => {
      const work = start(call, act);
      underWay.add(work);
      try {
        return await work;
      } finally {
        underWay.delete(work);
      }
    },
    settle: async () => {
      await Promise.allSettled(underWay);
    },
  };
}

/** Takes the key, in one step, or returns the record of whoever has it. */
async function claim(file: string, record: CallRecord): Promise<CallRecord | undefined> {
  await mkdir(join(file, '..'), { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(record));
  try {
    // A link appears whole and fails when the name exists: no reader sees half a record, no two callers both win.
    await link(draft, file);
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return recordSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } finally {
    await unlink(draft);
  }
}

async function replaceFile(file: string, record: CallRecord): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(record));
  await rename(draft, file);
}

function replay(record: CallRecord, call: WriteCall): Record<string, unknown> {
  const same = record.tool === call.tool && JSON.stringify(record.arguments) === JSON.stringify(call.arguments);
  if (!same)
    throw new LabError('refused', `This idempotency key belongs to a call of ${record.tool} with other arguments.`);
  if (record.result) return record.result;
  const again = 'It is not repeated: look at the system to see whether it took effect.';
  if (record.failure) throw new LabError('refused', `A call with this key failed: ${record.failure}. ${again}`);
  const since = `A call with this key began at ${record.begunAt} and has no result on record: it still runs or was cut off.`;
  throw new LabError('refused', `${since} ${again}`);
}
