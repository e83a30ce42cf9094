import { sqliteStorage } from '../src/index.js';

/* One process of a race on one file: waits for the starting time, does its part, prints what came of it as JSON. */

const [file = '', self = '', startsAt = '0'] = process.argv.slice(2);
await new Promise((resolve) => setTimeout(resolve, Math.max(0, Number(startsAt) - Date.now())));

// The file is new: the processes race to migrate it, too.
const storage = await sqliteStorage({ file });
const round = Array.from({ length: 10 }, (_, n) => n);
const ticketOf = (n: number) => ({
  tenant: 'acme',
  ticketId: `INC-${n}`,
  title: null,
  description: 'down',
  category: 'server',
  optedIn: true,
  priority: null,
  requester: null,
  submitter: 'ana',
  targets: [],
  metadata: {},
});

const submitted: string[] = [];
for (const n of round) submitted.push((await storage.tickets.submit(ticketOf(n), `hash-${n}`)).kind);

const claimed: string[] = [];
for (const n of round) {
  const claim = await storage.tickets.claim('acme', `INC-${n}`, { owner: self, leaseMs: 60_000 });
  if (claim.kind === 'claimed') claimed.push(`INC-${n}`);
}

const reserved: string[] = [];
for (const n of round) {
  const claim = { scope: 'tenant', key: 'acme', amount: 1, limit: 10, windowMs: 3_600_000 } as const;
  reserved.push((await storage.slots.reserve('acme', `rem-${self}-${n}`, [claim])).kind);
}

const adopted: string[] = [];
const first = { ticketId: 'INC-1', similarity: 1, known: false };
for (const n of round) {
  const signature = { hash: `hash-${n}`, masked: `text ${n}`, words: `text ${n}`, terms: ['text'] };
  const adoption = { patternId: `p-${self}-${n}`, category: 'server', signature, version: 1, first };
  adopted.push((await storage.patterns.adopt('acme', adoption)).patternId);
}

await storage.close();
console.log(JSON.stringify({ submitted, claimed, reserved, adopted }));
