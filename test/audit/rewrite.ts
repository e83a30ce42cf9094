import { chainHash } from '@remit/core';
import { rowsDigest, sealHash } from '@remit/core/adapter';
import { type BrokenInto, change, type FoundRow, rowsOf } from './breakIn.js';

/* The most that somebody without the key can do: change a row and compute every hash behind it anew. */

const number = (row: FoundRow, column: string): number => Number(row.columns[column]);
const text = (row: FoundRow, column: string): string => row.columns[column] ?? '';

async function rewriteLog(world: BrokenInto, tenant: string, remediationId: string): Promise<void> {
  let before = '';
  const where = `tenant = '${tenant}' and remediation_id = '${remediationId}'`;
  const rows = [...(await rowsOf(world, 'remediation_logs', where))].sort(
    (a, b) => number(a, 'seq') - number(b, 'seq'),
  );
  for (const row of rows) {
    const token = row.columns.token === null ? null : number(row, 'token');
    const hash = chainHash(before, {
      tenant,
      remediationId,
      ticketId: text(row, 'ticket_id'),
      seq: number(row, 'seq'),
      token,
      actor: text(row, 'actor'),
      atMs: number(row, 'at_ms'),
      event: JSON.parse(text(row, 'event')),
    });
    await change(world, 'remediation_logs', row, { previous_hash: before, hash });
    before = hash;
  }
  const [kept] = await rowsOf(world, 'remediations', where);
  if (kept) await change(world, 'remediations', kept, { head_hash: before });
}

async function rewriteEntries(world: BrokenInto, tenant: string, remediationId: string): Promise<void> {
  const log = await rowsOf(world, 'remediation_logs', `tenant = '${tenant}' and remediation_id = '${remediationId}'`);
  const places = log
    .map((row) => ({ seq: number(row, 'seq'), position: number(row, 'position'), hash: text(row, 'hash') }))
    .sort((a, b) => a.seq - b.seq);
  for (const entry of await rowsOf(
    world,
    'audit_seal_entries',
    `tenant = '${tenant}' and log_id = '${remediationId}'`,
  )) {
    const [from, to] = [number(entry, 'from_version'), number(entry, 'to_version')];
    const covered = places.filter(({ seq }) => seq > from && seq <= to);
    const set = { head_hash: covered.at(-1)?.hash ?? '', rows_hash: rowsDigest(covered) };
    await change(world, 'audit_seal_entries', entry, set);
  }
}

async function rewriteSeals(world: BrokenInto, tenant: string): Promise<void> {
  const entries = await rowsOf(world, 'audit_seal_entries', `tenant = '${tenant}'`);
  const seals = [...(await rowsOf(world, 'audit_seals', `tenant = '${tenant}'`))];
  let before = '';
  for (const seal of seals.sort((a, b) => number(a, 'seq') - number(b, 'seq'))) {
    const seq = number(seal, 'seq');
    const own = entries
      .filter((entry) => number(entry, 'seal') === seq)
      .sort((a, b) => number(a, 'rank') - number(b, 'rank'));
    const said = own.map((entry) => ({
      remediationId: text(entry, 'log_id') === '' ? null : text(entry, 'log_id'),
      from: number(entry, 'from_version'),
      to: number(entry, 'to_version'),
      head: text(entry, 'head_hash'),
      rows: text(entry, 'rows_hash'),
    }));
    const hash = sealHash(before, { tenant, seq, atMs: number(seal, 'at_ms'), entries: said });
    await change(world, 'audit_seals', seal, { previous_hash: before, hash });
    before = hash;
  }
  const [head] = await rowsOf(world, 'audit_heads', `tenant = '${tenant}'`);
  if (head) await change(world, 'audit_heads', head, { hash: before });
}

/** Changes who did the second row of a remediation, and makes every hash fit. */
export async function rewritten(world: BrokenInto, tenant: string, remediationId: string): Promise<void> {
  const where = `tenant = '${tenant}' and remediation_id = '${remediationId}' and seq = 2`;
  const [row] = await rowsOf(world, 'remediation_logs', where);
  if (!row) throw new Error('There is no second row.');
  await change(world, 'remediation_logs', row, { actor: 'mallory' });
  await rewriteLog(world, tenant, remediationId);
  await rewriteEntries(world, tenant, remediationId);
  await rewriteSeals(world, tenant);
}
