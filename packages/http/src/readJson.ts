import type { Fault } from '@remit/core';
import { type BridgedRequest, leftoverOf, READ_WHOLE } from './bridgedRequest.js';
import { duplicateName } from './duplicateName.js';
import { findJsonFault } from './jsonFault.js';
import { Problem } from './problem.js';
import { toToken } from './wire/common.js';

/** Deepest nesting of a body. */
const DEPTH_LIMIT = 64;

/** How much of a body is read, and for how long. */
export interface BodyLimits {
  /** Bytes. */
  readonly limit: number;
  /** For the whole body, ms. */
  readonly timeoutMs: number;
}

/**
 * Refuses a body that does not say that it is UTF-8 JSON. A form can be sent across sites without asking; JSON cannot.
 * @throws Problem `unsupported_media_type`.
 */
export function checkMediaType(headers: Headers): void {
  const [essence = '', ...parameters] = (headers.get('content-type') ?? '').toLowerCase().split(';');
  const isJson = /^application\/(?:[\w.+-]+\+)?json$/.test(essence.trim());
  const charset = parameters.map((text) => text.trim()).find((text) => text.startsWith('charset='));
  const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  if (!isJson || !isUtf8) {
    const given = headers.get('content-type');
    const what = given === null ? 'The request has no Content-Type' : `The Content-Type is "${given}"`;
    throw new Problem('unsupported_media_type', `${what}; this route takes UTF-8 JSON only.`);
  }
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') {
    throw new Problem('unsupported_media_type', `The Content-Encoding is "${encoding}"; only plain bodies are read.`, {
      nextStep: 'Send the body without compression.',
    });
  }
}

/** The refusal of a body that is larger than the limit, bytes. */
export function tooLarge(limit: number): Problem {
  return new Problem('payload_too_large', `The body is larger than ${limit} bytes.`, {
    facts: { limit_bytes: limit },
    nextStep: `Send at most ${limit} bytes.`,
  });
}

/** The refusal of a body that did not come within the time. */
export function lateBody(): Problem {
  return new Problem('request_timeout', 'The body did not come in time.');
}

/** Rejects when something takes longer than a time; what it was waiting for goes on. */
async function within<Value>(promise: Promise<Value>, ms: number): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(lateBody()), Math.max(0, ms));
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/**
 * The bytes of a body, read no further than the limit and no longer than the deadline.
 * @throws Problem `payload_too_large`, `request_timeout`, `raw_body_missing` when somebody took them before.
 */
export async function readBytes(request: Request, { limit, timeoutMs }: BodyLimits): Promise<Uint8Array> {
  const declared = Number(request.headers.get('content-length') ?? Number.NaN);
  if (declared > limit) throw tooLarge(limit);
  if (leftoverOf(request) === 'nothing')
    throw new Problem('raw_body_missing', 'The body was read before, and not kept.');
  const whole = (request as BridgedRequest)[READ_WHOLE]?.({ limit, timeoutMs }) ?? null;
  if (whole !== null) return whole;
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = (request.body as ReadableStream<Uint8Array>).getReader();
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const { done, value } = await within(reader.read(), deadline - performance.now()).catch((error: unknown) => {
      reader.cancel().catch(() => undefined);
      throw error;
    });
    if (done) break;
    size += value.byteLength;
    if (size > limit) {
      // Nobody waits for the sender to notice.
      reader.cancel().catch(() => undefined);
      throw tooLarge(limit);
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

function invalid(sentence: string, pointer = '', facts: Readonly<Record<string, unknown>> = {}): Problem {
  return new Problem('invalid_input', sentence, { faults: [{ pointer, detail: sentence }], facts });
}

function parse(bytes: Uint8Array): unknown {
  if (bytes.byteLength === 0) throw invalid('The request has no body; this route needs a JSON object.');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalid('The body is not valid UTF-8.');
  }
  try {
    const value: unknown = JSON.parse(text);
    const twice = duplicateName(text);
    if (twice) {
      const pointer = twice.map((part) => `/${toToken(part)}`).join('');
      throw invalid(`The name ${JSON.stringify(twice.at(-1))} stands twice in one object; leave one out.`, pointer);
    }
    return value;
  } catch (error) {
    if (error instanceof Problem) throw error;
    const { offset, line, column } = findJsonFault(text);
    const place = `line ${line}, column ${column}`;
    const found = offset >= text.length ? `it ends too early, at ${place}` : `it breaks at ${place}`;
    throw invalid(`The body is not valid JSON: ${found}.`, '', { offset, line, column });
  }
}

/** Whether JSON may say this text and no store keeps it: it has a NUL or half of a surrogate pair. */
function isUnstorable(text: string): boolean {
  return text.includes('\0') || /\p{Surrogate}/u.test(text);
}

/** Faults that JSON allows and no store does: NUL, half a character; and what would harm whoever copies it. */
function faultIn(value: unknown): Fault | undefined {
  const open: { value: unknown; pointer: string; depth: number }[] = [{ value, pointer: '', depth: 1 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { pointer, depth } = next;
    if (typeof next.value === 'string' && isUnstorable(next.value)) {
      return { pointer, detail: 'The text has a NUL or half of a surrogate pair; remove it.' };
    }
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (depth > DEPTH_LIMIT) return { pointer, detail: `The body is nested deeper than ${DEPTH_LIMIT} levels.` };
    for (const [key, child] of Object.entries(next.value)) {
      const place = `${pointer}/${toToken(key)}`;
      if (key === '__proto__' || isUnstorable(key)) {
        return { pointer: place, detail: 'The name of this field is not allowed; choose another.' };
      }
      open.push({ value: child, pointer: place, depth: depth + 1 });
    }
  }
  return undefined;
}

/**
 * The JSON body of a request.
 * @throws Problem `unsupported_media_type`, `payload_too_large` (before it is buffered), `request_timeout`,
 * `invalid_input` with the place.
 */
export async function readJson(request: Request, limits: BodyLimits): Promise<unknown> {
  checkMediaType(request.headers);
  return parseJson(await readBytes(request, limits));
}

/**
 * Bytes as JSON that a store can keep.
 * @throws Problem `invalid_input` with the place.
 */
export function parseJson(bytes: Uint8Array): unknown {
  const value = parse(bytes);
  const fault = faultIn(value);
  if (fault) throw invalid(fault.detail, fault.pointer);
  return value;
}
