import { randomUUID } from 'node:crypto';
import {
  type DeadLetter,
  type OutboxEvent,
  type OutboxStore,
  RemitError,
  type Storage,
  sha256,
  WEBHOOKS,
} from '@remit/core';
import { eventToData } from '../wire/event.js';
import { type ReadyEndpoint, readyEndpoint, type WebhookEndpoint } from './endpoint.js';
import { type Posted, post, type Resolve, resolveBySystem } from './post.js';
import { signWebhook } from './sign.js';

/*
 * Tells addresses outside what happens, from the outbox: each event in order, at least once, always under the same
 * webhook-id. The place of each endpoint is in the store, so that a restart goes on where it was, and of several
 * instances one delivers at a time.
 */

/** Options of {@link startWebhooks}. */
export interface WebhookOptions {
  readonly storage: Pick<Storage, 'outbox' | 'now'>;
  readonly endpoints: readonly WebhookEndpoint[];
  /** 0..1, for waits of different length. Default: `Math.random`. */
  readonly random?: () => number;
  /** Default: the system's resolver. */
  readonly resolve?: Resolve;
  /** How long one attempt may take, ms. Default 10,000. */
  readonly timeoutMs?: number;
  /** How often is looked for something new, ms. Default 1,000. */
  readonly lookEveryMs?: number;
  /** Hears of what failed and of events that were gone before they could be sent. Default: nobody. */
  readonly report?: (trouble: { readonly endpoint: string; readonly what: string }) => void;
}

/** Endpoints that are being told. */
export interface Webhooks {
  /** Looks at every endpoint once, and delivers what is due. It is done by itself as well. */
  look(): Promise<void>;
  /** The newest dead letters of a tenant, newest first. */
  deadLetters(tenant: string, limit?: number): Promise<readonly DeadLetter[]>;
  /**
   * Sends a dead letter once more, now; delivered, it is forgotten.
   * @throws RemitError `not_found` when there is no such letter among the newest 1,000, or no such endpoint.
   */
  replay(tenant: string, letter: { readonly consumer: string; readonly seq: number }): Promise<Posted>;
  /** Lets the attempts under way end, and begins no more. */
  stop(): Promise<void>;
}

const CONSUMER = 'webhook:';
/** Events read at a time. */
const AT_ONCE = 100;
const LETTERS_SEARCHED = 1_000;

/** What an event is known by at an endpoint, whoever sends it and however often. */
function idOf({ tenant, name }: ReadyEndpoint, { seq }: OutboxEvent): string {
  return `msg_${sha256(JSON.stringify([tenant, name, seq])).slice(0, 32)}`;
}

/** Whether the endpoint took it. */
function isTaken(posted: Posted): boolean {
  return 'status' in posted && posted.status >= 200 && posted.status < 300;
}

function sayFailure(posted: Posted): string {
  return 'failure' in posted ? posted.failure : `answered ${posted.status}`;
}

/** How long to wait after so many attempts in vain: four times as long each time, and never all at the same moment. */
export function waitAfter(attempts: number, random: () => number): number {
  const { firstWaitMs, longestWaitMs } = WEBHOOKS;
  const wait = Math.min(longestWaitMs, firstWaitMs * 4 ** (attempts - 1));
  return Math.round(wait * (0.75 + random() / 2));
}

/**
 * Starts telling endpoints what happens.
 * @throws RemitError `invalid_configuration` for an endpoint that cannot be used.
 */
export function startWebhooks(options: WebhookOptions): Webhooks {
  const { storage, random = Math.random, resolve = resolveBySystem, report = () => {} } = options;
  const { timeoutMs = WEBHOOKS.timeoutMs, lookEveryMs = WEBHOOKS.lookEveryMs } = options;
  const outbox: OutboxStore = storage.outbox;
  const endpoints = options.endpoints.map(readyEndpoint);
  const places = endpoints.map(({ tenant, name }) => JSON.stringify([tenant, name]));
  if (new Set(places).size < places.length) {
    throw new RemitError('invalid_configuration', 'Two webhook endpoints of one tenant have the same name.');
  }
  const owner = `webhooks_${randomUUID()}`;
  const leaseMs = Math.max(WEBHOOKS.leaseMs, 3 * timeoutMs);
  let isStopped = false;

  async function send(endpoint: ReadyEndpoint, event: OutboxEvent): Promise<Posted> {
    const { seq: _, type, at, ...rest } = eventToData(event);
    const body = JSON.stringify({ type, timestamp: at, data: { tenant: event.tenant, seq: event.seq, ...rest } });
    const id = idOf(endpoint, event);
    const signature = signWebhook({ id, atMs: await storage.now(), body }, endpoint.secrets);
    const headers = { ...signature, 'content-type': 'application/json', 'user-agent': 'remit-webhooks' };
    const { url, allowPrivate } = endpoint;
    return post({ url, headers, body, timeoutMs, allowPrivate, resolve });
  }

  /** One attempt, or what lies before it; false when there is nothing to do now. */
  async function deliverNext(endpoint: ReadyEndpoint): Promise<boolean> {
    const { tenant, name, types } = endpoint;
    const consumer = CONSUMER + name;
    const claim = await outbox.claim(tenant, consumer, { owner, leaseMs });
    if (claim.kind !== 'claimed') return false;
    const { token, seq, attempts } = claim;
    const end = (step: Parameters<OutboxStore['step']>[2]['step']) => outbox.step(tenant, consumer, { token, step });
    const { events, upTo, first } = await outbox.after(tenant, { seq, limit: AT_ONCE });
    if (first > seq + 1) {
      report({ endpoint: name, what: `events ${seq + 1} to ${first - 1} were gone before they could be sent` });
    }
    const event = events.find(({ type }) => types === null || types.includes(type));
    if (!event) {
      await end({ kind: 'done', seq: Math.max(seq, upTo) });
      return upTo > seq && events.length === AT_ONCE;
    }
    const posted = await send(endpoint, event);
    if (isTaken(posted)) return end({ kind: 'done', seq: event.seq });
    const error = sayFailure(posted);
    report({ endpoint: name, what: `event ${event.seq} was not delivered: ${error}` });
    const made = attempts + 1;
    // Gone: the endpoint says itself that it wants nothing any more.
    const isGivenUp = made >= WEBHOOKS.attempts || ('status' in posted && posted.status === 410);
    if (isGivenUp) return end({ kind: 'dead', event, error });
    const dueAtMs = (await storage.now()) + waitAfter(made, random);
    await end({ kind: 'again', dueAtMs });
    return false;
  }

  async function serve(endpoint: ReadyEndpoint): Promise<void> {
    try {
      while (!isStopped && (await deliverNext(endpoint))) {
        // Each turn moves the endpoint's place on, so this ends.
      }
    } catch (error) {
      report({ endpoint: endpoint.name, what: error instanceof Error ? error.message : String(error) });
    }
  }

  const busy = new Map<ReadyEndpoint, Promise<void>>();
  function look(): Promise<void> {
    for (const endpoint of endpoints) {
      if (isStopped || busy.has(endpoint)) continue;
      busy.set(
        endpoint,
        serve(endpoint).finally(() => busy.delete(endpoint)),
      );
    }
    return Promise.all(busy.values()).then(() => undefined);
  }
  const looking = setInterval(() => void look(), lookEveryMs);
  looking.unref();

  return {
    look,
    async deadLetters(tenant, limit = 100) {
      const letters = await outbox.deadLetters(tenant, limit);
      return letters.filter(({ consumer }) => consumer.startsWith(CONSUMER));
    },
    async replay(tenant, { consumer, seq }) {
      const endpoint = endpoints.find((one) => one.tenant === tenant && CONSUMER + one.name === consumer);
      const letters = endpoint ? await outbox.deadLetters(tenant, LETTERS_SEARCHED) : [];
      const letter = letters.find((one) => one.consumer === consumer && one.event.seq === seq);
      if (!endpoint || !letter) {
        throw new RemitError('not_found', `There is no dead letter ${seq} of ${JSON.stringify(consumer)}.`, {
          nextStep: 'Look at the dead letters of the tenant: each names its consumer and the number of its event.',
        });
      }
      const posted = await send(endpoint, letter.event);
      if (isTaken(posted)) await outbox.forgetDeadLetter(tenant, consumer, seq);
      return posted;
    },
    async stop() {
      isStopped = true;
      clearInterval(looking);
      await Promise.all(busy.values());
    },
  };
}
