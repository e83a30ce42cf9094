import type { DeadLetter } from '@remit/core';
import { z } from 'zod';
import { instant, toIso } from './common.js';
import { eventToData, outboxEventWire } from './event.js';

/** An event that a webhook endpoint did not take. */
export const deadLetterWire = z
  .strictObject({
    dead_letter_id: z.string(),
    /** Name of the webhook endpoint. */
    endpoint: z.string(),
    event: outboxEventWire,
    /** What the last attempt came to. */
    error: z.string(),
    /** When it was given up. */
    at: instant,
  })
  .meta({ id: 'DeadLetter', description: 'An event that a webhook endpoint did not take, after the last attempt.' });

/** What sending a dead letter once more came to. */
export const retriedWire = z
  .strictObject({
    /** Whether the endpoint took it; then it is no dead letter any more. */
    delivered: z.boolean(),
    /** Status that the endpoint answered; null when there was no answer. */
    status: z.number().int().nullable(),
    /** Why there was no answer; null when there was one. */
    failure: z.string().nullable(),
  })
  .meta({ id: 'RetriedDeadLetter', description: 'What sending a dead letter once more came to.' });

const CONSUMER = 'webhook:';

/** The id of a dead letter: endpoint and number of the event. */
export function deadLetterIdOf({ consumer, event }: Pick<DeadLetter, 'consumer' | 'event'>): string {
  return `${consumer.slice(CONSUMER.length)}.${event.seq}`;
}

/** What an id of a dead letter names; null for what is no such id. */
export function deadLetterOf(id: string): { readonly consumer: string; readonly seq: number } | null {
  const [, endpoint, seq] = /^([a-z0-9_-]+)\.(\d{1,15})$/.exec(id) ?? [];
  return endpoint === undefined ? null : { consumer: CONSUMER + endpoint, seq: Number(seq) };
}

/** An event that a webhook endpoint did not take, for the wire. */
export function deadLetterToWire(letter: DeadLetter): z.infer<typeof deadLetterWire> {
  const { consumer, event, error, atMs } = letter;
  const endpoint = consumer.slice(CONSUMER.length);
  return { dead_letter_id: deadLetterIdOf(letter), endpoint, event: eventToData(event), error, at: toIso(atMs) };
}
