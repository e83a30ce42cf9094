import type { Principal } from '@remit/core';
import type { IngestSource } from '../src/index.js';
import { type Ask, client, type Reply } from './client.js';
import { type Circumstances, type World, world } from './servedWorld.js';

/* A real Remit that takes in the messages of one source. */

export const NOW = Date.UTC(2026, 1, 1, 12);
export const sender: Principal = { id: 'sender', tenant: 'acme', scopes: ['tickets:write', 'tickets:read'] };

export interface Receiving extends World {
  /** Sends a text as it is. */
  post(raw: string, headers?: Readonly<Record<string, string>>, name?: string): Promise<Reply>;
  /** Ids of all tickets, newest first. */
  ids(): Promise<readonly string[]>;
  /** The clock of the receiver, not of the store. */
  at(nowMs: number): void;
  readonly ask: (path: string, ask: Ask) => Promise<Reply>;
}

export async function receiving(
  source: Pick<IngestSource, 'read' | 'verify'> & Partial<IngestSource>,
  circumstances: Circumstances = {},
): Promise<Receiving> {
  const w = await world(circumstances);
  let nowMs = NOW;
  const ingest = { source: { principal: sender, ...source } };
  const on = client({ remit: w.remit, authenticate: () => null, ingest, clock: { now: () => nowMs } });
  const ask = (path: string, asked: Ask): Promise<Reply> => on.send('POST', path, { as: null, ...asked });
  return {
    ...w,
    // `on` of the world stays for people; messages go through `post`.
    ask,
    post: (raw, headers = {}, name = 'source') =>
      ask(`/api/v1/ingest/${name}`, { raw, headers: { 'content-type': 'application/json', ...headers } }),
    ids: async () =>
      (await w.remit.tickets(sender, { limit: 100, cursor: null })).items.map(({ ticketId }) => ticketId),
    at: (atMs) => {
      nowMs = atMs;
    },
  };
}
