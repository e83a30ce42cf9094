import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLab, openSession, readEffects } from './harness.js';

let opened: Awaited<ReturnType<typeof openLab>>;
beforeAll(async () => {
  opened = await openLab();
});
afterAll(() => opened?.close());

async function countEffects(key: string): Promise<number> {
  return (await readEffects(opened.lab)).filter((effect) => effect['idempotencyKey'] === key).length;
}

describe('an idempotency key', () => {
  it('gets the first result again and has no second effect', async () => {
    const { session } = opened;
    const first = await session.call('restart_service', { service: 'web' }, 'key-1');
    const second = await session.call('restart_service', { service: 'web' }, 'key-1');
    expect(second).toEqual(first);
    expect(await countEffects('key-1')).toBe(1);
    expect(await session.call('service_status', { service: 'web' })).toMatchObject({ restarts: 1, pid: first['pid'] });
  });

  it('is honoured by callers at the same time', async () => {
    const { session, lab } = opened;
    const other = await openSession(lab);
    const input = { service: 'billing' };
    const replies = await Promise.all(
      [session, session, other, other].map((each) => each.reply('restart_service', input, 'key-2')),
    );
    await other.close();
    expect(await countEffects('key-2')).toBe(1);
    expect(await session.call('service_status', input)).toMatchObject({ restarts: 1 });
    const results = replies.filter((reply) => reply.error === '').map((reply) => JSON.stringify(reply.result));
    expect(new Set(results).size).toBe(1);
  });

  it('is remembered across a restart of the MCP server', async () => {
    const { lab } = opened;
    const before = await openSession(lab);
    const first = await before.call('take_backup', { volume: 'ds1' }, 'key-3');
    await before.close();
    const after = await openSession(lab);
    expect(await after.call('take_backup', { volume: 'ds1' }, 'key-3')).toEqual(first);
    await after.close();
    expect(await countEffects('key-3')).toBe(1);
  });

  it('does not fit another call', async () => {
    const { session } = opened;
    await session.call('clear_cache', { cache: 'catalog' }, 'key-4');
    const { error } = await session.reply('clear_cache', { cache: 'sessions' }, 'key-4');
    expect(error).toContain('belongs to a call of clear_cache with other arguments');
  });

  it('is free again after a call that was refused without an effect', async () => {
    const { session } = opened;
    expect((await session.reply('scale_pool', { pool: 'orders', workers: 99 }, 'key-5')).error).toContain('1 to 16');
    expect((await session.reply('scale_pool', { pool: 'order', workers: 3 }, 'key-5')).error).toContain('orders');
    expect(await session.call('scale_pool', { pool: 'orders', workers: 3 }, 'key-5')).toMatchObject({ workers: 3 });
    expect(await countEffects('key-5')).toBe(1);
  });

  it('whose first call was cut off is not carried out again', async () => {
    const { lab, session } = opened;
    const key = 'key-6';
    await session.call('clear_cache', { cache: 'catalog' }, 'any');
    const record = { key, tool: 'clear_cache', arguments: { cache: 'catalog' }, begunAt: '2025-01-01T00:00:00.000Z' };
    const file = `${createHash('sha256').update(key).digest('hex')}.json`;
    await writeFile(join(lab.folder, 'idempotency', file), JSON.stringify(record));
    const { error } = await session.reply('clear_cache', { cache: 'catalog' }, key);
    expect(error).toContain('has no result on record');
    expect(await countEffects(key)).toBe(0);
  });

  it('has one effect when the client goes away in the middle of the call and asks again later', async () => {
    const { lab } = opened;
    const input = { service: 'api' };
    const before = await openSession(lab);
    const lost = before.reply('restart_service', input, 'key-7').catch((error: Error) => error.message);
    await before.close();
    expect(await lost).toContain('closed');
    const after = await openSession(lab);
    const { pid } = await after.call('restart_service', input, 'key-7');
    expect(await after.call('service_status', input)).toMatchObject({ restarts: 1, pid });
    await after.close();
    expect(await countEffects('key-7')).toBe(1);
  });

  it('is not asked for: without one every call is carried out and on record', async () => {
    const { lab, session } = opened;
    const before = (await readEffects(lab)).length;
    await session.call('scale_pool', { pool: 'emails', workers: 3 });
    await session.call('scale_pool', { pool: 'emails', workers: 3 });
    const effects = (await readEffects(lab)).slice(before);
    const line = { tool: 'scale_pool', arguments: { pool: 'emails', workers: 3 }, idempotencyKey: null };
    expect(effects).toEqual([
      { at: expect.any(String), ...line },
      { at: expect.any(String), ...line },
    ]);
  });
});
