import { type Remit, type Storage, verifyAudit } from '@remit/core';
import { judgeLogs } from '../judge.js';
import type { Handed } from './people.js';
import { type Happening, happeningsOf } from './world.js';

/* Holds what the store says against what happened to the services. */

/** From when to when nothing of a tenant may have been sent, ms of real time. */
export interface Silence {
  readonly tenant: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What the services tell by themselves. */
export interface EffectsJudged {
  readonly writes: number;
  readonly undone: number;
  /** Second effects under one idempotency key. */
  readonly duplicates: number;
  /** What must not have been: each a sentence. */
  readonly violations: readonly string[];
  readonly keys: ReadonlySet<string>;
}

type Call = Exclude<Happening, { readonly what: 'broke' }>;

/** A call that did not end by then was killed with its process. */
const LONGEST_CALL_MS = 5_000;
/** Between the last look for a halt and the first line of a tool, on a machine that does other things as well, ms. */
const ON_ITS_WAY_MS = 1_000;

function overlapsOf(service: string, calls: readonly Call[]): readonly string[] {
  const running = new Map<string, Call>();
  const found: string[] = [];
  for (const call of calls) {
    for (const [key, { atMs }] of running) if (call.atMs - atMs > LONGEST_CALL_MS) running.delete(key);
    if (call.what === 'done') running.delete(call.key);
    else {
      if (running.size > 0) found.push(`two writes at once on ${service}`);
      running.set(call.key, call);
    }
  }
  return found;
}

/** What a limit allows. */
export interface Allowed {
  /** Remediations of one service within a day. */
  readonly perService: number;
  /** Writes of a tenant in one category within the hour; a run is no longer than that. */
  readonly perTenant: Readonly<Record<string, number>>;
}

/** Looks at every service. */
export function judgeEffects(
  folder: string,
  services: ReadonlyMap<string, string>,
  { silences, allowed }: { readonly silences: readonly Silence[]; readonly allowed: Allowed },
): EffectsJudged {
  const violations: string[] = [];
  const keys = new Set<string>();
  const perTenant = new Map<string, number>();
  let [writes, undone, duplicates] = [0, 0, 0];
  for (const [service, tenant] of services) {
    const calls = happeningsOf(folder, service).flatMap((one) => (one.what === 'broke' ? [] : [one]));
    const begun = calls.filter(({ what }) => what === 'begun');
    const restarts = begun.filter(({ tool }) => tool === 'restart');
    writes += restarts.length;
    undone += begun.length - restarts.length;
    duplicates += begun.length - new Set(begun.map(({ key }) => key)).size;
    for (const { key } of begun) keys.add(key);
    perTenant.set(tenant, (perTenant.get(tenant) ?? 0) + restarts.length);
    if (restarts.length > allowed.perService) violations.push(`${service} was restarted ${restarts.length} times`);
    violations.push(...overlapsOf(service, calls));
    for (const { atMs, tool } of begun) {
      const silence = silences.find((one) => one.tenant === tenant && atMs > one.fromMs && atMs < one.toMs);
      if (silence && atMs > silence.fromMs + ON_ITS_WAY_MS) {
        violations.push(`${tool} of ${service} began ${atMs - silence.fromMs} ms after a halt was in force`);
      }
    }
  }
  for (const [tenant, limit] of Object.entries(allowed.perTenant)) {
    const count = perTenant.get(tenant) ?? 0;
    if (count > limit) violations.push(`${tenant} made ${count} writes, ${limit} are allowed`);
  }
  return { writes, undone, duplicates, violations, keys };
}

/** What the store tells of tickets. */
export interface StoreJudged {
  readonly violations: readonly string[];
  readonly votes: number;
  readonly byStatus: Readonly<Record<string, number>>;
}

/** Reads every log and every seal, and holds the effects against the intents. */
export async function judgeStore(
  parts: { readonly storage: Storage; readonly remit: Remit },
  tickets: readonly Handed[],
  keys: ReadonlySet<string>,
): Promise<StoreJudged> {
  const violations: string[] = [];
  const byStatus: Record<string, number> = {};
  const intended = new Set<string>();
  let votes = 0;
  for (const tenant of new Set(tickets.map((ticket) => ticket.tenant))) {
    const ids = tickets.filter((ticket) => ticket.tenant === tenant).map(({ ticketId }) => ticketId);
    const judged = await judgeLogs(parts, tenant, ids);
    violations.push(...judged.broken);
    votes += judged.votes;
    for (const key of judged.intended) intended.add(key);
    for (const id of ids) {
      const record = await parts.storage.tickets.find(tenant, id);
      const status = record?.status ?? 'gone';
      byStatus[status] = (byStatus[status] ?? 0) + 1;
    }
  }
  for (const key of keys) if (!intended.has(key)) violations.push(`an effect of ${key} without an intent`);
  const { findings } = await verifyAudit(parts.storage);
  violations.push(...findings.map((finding) => JSON.stringify(finding)));
  return { violations, votes, byStatus };
}
