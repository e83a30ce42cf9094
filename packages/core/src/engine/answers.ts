import { jsonFault } from '../domain/jsonFault.js';
import { JSON_LIMITS } from '../domain/policy.js';
import type { Outcome, ReadResult } from '../ports/executor.js';

/* Executors are swapped in, and what they bring comes from tools: it is looked at before anything walks through it. */

/** An outcome whose result can be stored: one that is nested too deep, too large or no JSON is left out, and said so. */
export function sound(outcome: Outcome): Outcome {
  const fault = jsonFault(outcome.result, JSON_LIMITS.answer);
  return fault === null
    ? outcome
    : { ...outcome, detail: `${outcome.detail} The answer is not kept: ${fault}.`, result: null };
}

/** A read whose value can be looked at; one that cannot has failed. */
export function soundRead(read: ReadResult): ReadResult {
  if (!read.ok) return read;
  const fault = jsonFault(read.value, JSON_LIMITS.answer);
  return fault === null ? read : { ok: false, error: `The answer cannot be used: ${fault}.` };
}
