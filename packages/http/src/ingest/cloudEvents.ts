import { Buffer } from 'node:buffer';
import { type Json, RemitError } from '@remit/core';
import { z } from 'zod';
import { byRules, type Mapping, type PlacedMessage } from './mapping.js';
import type { IngestSource } from './source.js';

/* CloudEvents 1.0 over HTTP: structured (one event as JSON), batched (a list of them), binary (attributes as headers). */

const filled = z.string().min(1);
const event = z
  .object({
    specversion: z.literal('1.0'),
    id: filled,
    source: filled,
    type: filled,
    subject: filled.nullish(),
    time: z.iso.datetime({ offset: true }).nullish(),
    datacontenttype: filled.nullish(),
    dataschema: filled.nullish(),
    data: z.unknown().optional(),
    data_base64: z.base64().optional(),
  })
  .catchall(z.unknown())
  .superRefine((given, context) => {
    for (const name of Object.keys(given)) {
      if (/^[a-z0-9]+$/.test(name) || name === 'data_base64') continue;
      context.addIssue({ code: 'custom', path: [name], message: 'must be named in small letters and digits alone' });
    }
    if (given.data !== undefined && given.data_base64 !== undefined) {
      context.addIssue({ code: 'custom', path: ['data_base64'], message: 'must not stand beside data' });
    }
  });
/** Events of one batch at most. */
const batch = z.array(event).max(1_000);

const STRUCTURED = 'application/cloudevents+json';
const BATCHED = 'application/cloudevents-batch+json';

function essenceOf(headers: Headers): string {
  return (headers.get('content-type') ?? '').toLowerCase().split(';')[0]?.trim() ?? '';
}

function decoded(name: string, value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    const detail = `The header ce-${name} is not percent-encoded UTF-8.`;
    throw new RemitError('invalid_input', detail, { faults: [{ pointer: `/${name}`, detail }] });
  }
}

/** The attributes of an event in binary mode; its data are the body. */
function fromHeaders(headers: Headers, data: unknown): Readonly<Record<string, unknown>> {
  const attributes = [...headers].flatMap(([name, value]) =>
    name.startsWith('ce-') ? [[name.slice(3), decoded(name.slice(3), value)] as const] : [],
  );
  return { ...Object.fromEntries(attributes), datacontenttype: essenceOf(headers), data };
}

/** With JSON that came as base64 read like JSON that came as it is. */
function withData(parsed: z.infer<typeof event>): Json {
  const { data_base64: encoded, ...rest } = parsed;
  if (encoded === undefined) return rest as Json;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  try {
    return { ...rest, data: JSON.parse(text) } as Json;
  } catch {
    return { ...rest, data: text } as Json;
  }
}

function eventsIn(given: unknown, headers: Headers): readonly PlacedMessage[] {
  switch (essenceOf(headers)) {
    case BATCHED:
      return batch.parse(given).map((one, at) => ({ message: withData(one), base: `/${at}` }));
    case STRUCTURED:
      return [{ message: withData(event.parse(given)), base: '' }];
    default:
      return [{ message: withData(event.parse(fromHeaders(headers, given))), base: '' }];
  }
}

/**
 * Reads CloudEvents 1.0 with JSON data, in structured, batched and binary mode, by the rules of a mapping; its pointers
 * are those of the event as JSON (`/type`, `/subject`, `/data/...`). An event is known by its source and id: one that
 * comes again within a day does nothing.
 * @throws RemitError `invalid_configuration` with every fault of the rules.
 */
export function fromCloudEvents({ rules }: Pick<Mapping, 'rules'>): IngestSource['read'] {
  const deliveryKey = '{/source} {/id}';
  const read = byRules({ rules: rules.map((rule) => ({ deliveryKey, ...rule })) });
  return (given, headers) => read(eventsIn(given, headers));
}
