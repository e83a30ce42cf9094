import {
  type AuditEntry,
  recordAfter,
  resolutionsOf,
  rowsDigest,
  type Seal,
  type SealEntry,
  sealAfter,
} from '../../domain/audit.js';
import type { StoredLog, StoredRow } from '../../domain/auditCheck.js';
import type { Json } from '../../domain/canonical.js';
import { AUDIT } from '../../domain/policy.js';
import type { LogRow } from '../../domain/remediation.js';
import type { AuditStore, AuditSubject, PartRequest } from '../../ports/auditStore.js';
import { tell } from './outbox.js';
import { type HaltEntry, keyOf, type MemoryState, type RemediationEntry, sealed } from './state.js';

/** A value as records keep it. */
export function contentOf(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

/** A stop as records keep it. */
export function haltContent({ halt, lifted }: HaltEntry): Json {
  return contentOf({ ...halt, lifted });
}

/** Writes the next row of a tenant's own log. */
export function record(state: MemoryState, entry: AuditEntry): void {
  const rows = state.records.get(entry.tenant) ?? [];
  const last = rows.at(-1);
  rows.push(sealed(recordAfter({ version: last?.seq ?? 0, hash: last?.hash ?? '' }, entry)));
  state.records.set(entry.tenant, rows);
  tell(state, { tenant: entry.tenant, type: 'record_written', data: { kind: entry.kind, key: entry.key } });
}

type Placed = { readonly seq: number; readonly position: number; readonly hash: string; readonly previousHash: string };

function stored<Row extends Placed>({ position, hash, previousHash, ...content }: Row): StoredRow {
  return { seq: content.seq, position, content, previousHash, hash, damage: null };
}

function partOf<Item>(
  items: readonly Item[],
  { after, limit }: PartRequest<string>,
  keyOfItem: (item: Item) => string,
) {
  return items
    .filter((item) => after === null || keyOfItem(item) > after)
    .sort((a, b) => (keyOfItem(a) < keyOfItem(b) ? -1 : 1))
    .slice(0, limit);
}

/** The tenants' chains in memory. */
export function memoryAudit(state: MemoryState): AuditStore {
  const { clock, remediations, records, seals, log } = state;
  const ofTenant = (tenant: string): readonly RemediationEntry[] =>
    [...remediations.values()].filter((entry) => entry.tenant === tenant);
  const positions = new Map<LogRow, number>();
  const placed = (rows: readonly LogRow[]) => {
    for (const row of log.slice(positions.size)) positions.set(row, positions.size + 1);
    return rows.map((row) => ({ ...row, position: positions.get(row) ?? 0 }));
  };
  /** Rows that seals cover, by tenant and remediation; '' is the tenant's own log. */
  const sealedTo = new Map<string, number>();
  const recordsOf = (tenant: string) => (records.get(tenant) ?? []).map((row) => ({ ...row, position: row.seq }));
  const sealedOf = (tenant: string, remediationId: string | null): readonly (SealEntry & { readonly seal: number })[] =>
    (seals.get(tenant) ?? []).flatMap(({ seq, entries }) =>
      entries.filter((entry) => entry.remediationId === remediationId).map((entry) => ({ ...entry, seal: seq })),
    );
  const entryFor = (tenant: string, remediationId: string | null, rows: readonly Placed[]): SealEntry | null => {
    const from = sealedTo.get(keyOf(tenant, remediationId ?? '')) ?? 0;
    const last = rows.at(-1);
    if (!last || last.seq === from) return null;
    const digest = rowsDigest(rows.filter(({ seq }) => seq > from));
    return { remediationId, from, to: last.seq, head: last.hash, rows: digest };
  };
  const pending = (tenant: string): readonly SealEntry[] => {
    const fresh = [...(state.fresh.get(tenant) ?? [])];
    const logs = partOf(fresh, { after: null, limit: AUDIT.logsPerSeal }, (entry) => entry.remediationId);
    const entries = logs.map(({ remediationId, rows }) => entryFor(tenant, remediationId, placed(rows)));
    entries.push(entryFor(tenant, null, recordsOf(tenant)));
    return entries.filter((entry) => entry !== null).slice(0, AUDIT.logsPerSeal);
  };
  const headOf = (tenant: string) => {
    const last = seals.get(tenant)?.at(-1);
    return last ? { seq: last.seq, hash: last.hash, atMs: last.atMs } : null;
  };
  const allTenants = (): readonly string[] => [
    ...new Set([...[...remediations.values()].map(({ tenant }) => tenant), ...records.keys()]),
  ];
  const subjectsOf = (tenant: string): Readonly<Record<string, () => readonly AuditSubject[]>> => ({
    policy: () =>
      [...state.policies].flatMap(([key, versions]) => {
        const [owner, category] = JSON.parse(key) as [string, string];
        if (owner !== tenant) return [];
        return versions.map((saved) => ({ key: keyOf(category, saved.version), content: contentOf(saved) }));
      }),
    halt: () =>
      [...state.halts.values()]
        .filter(({ halt }) => halt.tenant === tenant)
        .map((entry) => ({ key: entry.halt.haltId, content: haltContent(entry) })),
    pins: () =>
      [...state.pins].flatMap(([key, versions]) => {
        const [owner, executor] = JSON.parse(key) as [string, string];
        if (owner !== tenant) return [];
        return versions.map((accepted, index) => ({ key: keyOf(executor, index + 1), content: contentOf(accepted) }));
      }),
    pattern: () =>
      state.patternChanges
        .filter((change) => change.tenant === tenant)
        .map((change) => ({ key: change.changeId, content: contentOf(change) })),
    opt_in: () =>
      [...state.tickets.values()].flatMap(({ record: { tenant: owner, ticketId, optedIn }, optInChange }) =>
        owner === tenant && optInChange ? [{ key: ticketId, content: { optedIn, ...optInChange } }] : [],
      ),
    resolution: () =>
      [...state.tickets.values()].flatMap(({ record: ticket }) =>
        ticket.tenant === tenant
          ? resolutionsOf(ticket).map(({ number, resolution }) => ({
              key: keyOf(ticket.ticketId, number),
              content: contentOf(resolution),
            }))
          : [],
      ),
    feedback: () =>
      [...state.feedback.values()]
        .filter((feedback) => feedback.tenant === tenant)
        .map((feedback) => ({ key: keyOf(feedback.ticketId, feedback.author), content: contentOf(feedback) })),
  });
  return {
    async unsealed(limit) {
      return allTenants()
        .filter((tenant) => pending(tenant).length > 0)
        .slice(0, limit);
    },
    async seal(tenant, mac) {
      const entries = pending(tenant);
      if (entries.length === 0) return null;
      const seal: Seal = sealed(sealAfter(headOf(tenant), { tenant, atMs: clock.now(), entries }, mac));
      seals.set(tenant, [...(seals.get(tenant) ?? []), seal]);
      for (const { remediationId, to } of entries) {
        sealedTo.set(keyOf(tenant, remediationId ?? ''), to);
        const log = remediations.get(keyOf(tenant, remediationId ?? ''));
        if (log?.rows.length === to) state.fresh.get(tenant)?.delete(log);
      }
      return seal;
    },
    async head(tenant) {
      return headOf(tenant);
    },
    async tenants(part) {
      return partOf(allTenants(), part, (tenant) => tenant);
    },
    async seals(tenant, { after, limit }) {
      const found = (seals.get(tenant) ?? []).filter(({ seq }) => seq > (after ?? 0)).slice(0, limit);
      return { seals: found.map((seal) => ({ ...seal, damage: null })), head: headOf(tenant) };
    },
    async logs(tenant, part) {
      return partOf(ofTenant(tenant), part, (entry) => entry.remediationId).map((entry): StoredLog => {
        const { remediationId, ticketId, projection } = entry;
        const { state: name, route, ended, holdsLocks } = projection;
        const standing = { ticketId, state: name, route, ended, holdsLocks };
        const kept = { version: entry.rows.length, hash: entry.rows.at(-1)?.hash ?? '', standing };
        const rows = placed(entry.rows).map(stored);
        return { tenant, remediationId, rows, sealed: sealedOf(tenant, remediationId), kept };
      });
    },
    async records(tenant, { after, limit }) {
      const all = recordsOf(tenant);
      const rows = all.filter(({ seq }) => seq > (after ?? 0)).slice(0, limit);
      const last = all.at(-1);
      const kept = last ? { version: last.seq, hash: last.hash, standing: null } : null;
      const sealed = sealedOf(tenant, null).filter(({ to }) => to > (after ?? 0));
      return { tenant, remediationId: null, rows: rows.map(stored), sealed: sealed.slice(0, limit), kept };
    },
    async subjects(tenant, kind, { after, limit }) {
      const all = partOf(subjectsOf(tenant)[kind]?.() ?? [], { after, limit: limit + 1 }, ({ key }) => key);
      const subjects = all.slice(0, limit);
      return { subjects, next: all.length > limit ? (subjects.at(-1)?.key ?? null) : null };
    },
  };
}
