import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Lab, startLab } from '../src/lab.js';
import { eventually, openSession, readEffects, readSystems, runs } from './harness.js';

describe('a lab', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab.stop());

  const ask = (path: string, method = 'GET', token = lab.token) =>
    fetch(`${lab.url}${path}`, { method, headers: { authorization: `Bearer ${token}` } });

  it('answers nobody without its token', async () => {
    for (const path of ['/lab/systems', '/lab/probe/web', '/lab/faults/web-crash'])
      expect((await ask(path, path.includes('faults') ? 'POST' : 'GET', 'guess')).status).toBe(401);
    expect(await lab.probe('web')).toMatchObject({ ok: true });
  });

  it('breaks and probes over HTTP, with names that contain a slash', async () => {
    expect((await ask(`/lab/faults/${encodeURIComponent('Gi0/2-admin-down')}`, 'POST')).status).toBe(200);
    expect(await (await ask(`/lab/probe/${encodeURIComponent('Gi0/2')}`)).json()).toMatchObject({ ok: false });
    expect((await ask('/lab/heal', 'POST')).status).toBe(200);
    expect(await (await ask(`/lab/probe/${encodeURIComponent('Gi0/2')}`)).json()).toMatchObject({ ok: true });
  });

  it('says which faults and systems there are when it is asked for another', async () => {
    await expect(lab.inject('web-explode')).rejects.toThrow(/no fault "web-explode". There is: web-crash/);
    await expect(lab.probe('nothing')).rejects.toThrow(/no system "nothing". There is: web/);
    expect((await ask('/lab/faults/web-explode', 'POST')).status).toBe(404);
    expect((await ask('/lab/nothing')).status).toBe(404);
  });

  it('keeps the port of a service over a restart', async () => {
    const session = await openSession(lab);
    const portOf = async () => (await readSystems(lab)).find((system) => system.name === 'api')?.port;
    const before = await portOf();
    await session.call('restart_service', { service: 'api' });
    await session.close();
    expect(await portOf()).toBe(before);
    expect(await lab.probe('api')).toMatchObject({ ok: true });
  });

  it('starts clean in a folder that was used before and remembers what was done there', async () => {
    const used = await mkdtemp(join(tmpdir(), 'datacenter-lab-used-'));
    try {
      const first = await startLab({ folder: used });
      const before = await openSession(first);
      const done = await before.call('take_backup', { volume: 'ds1' }, 'once');
      await before.close();
      for (const fault of ['ds1-full', 'ds1-backup-corrupt', 'shop-bad-release', 'sessions-corrupt'])
        await first.inject(fault);
      await first.stop();

      const second = await startLab({ folder: used });
      const after = await openSession(second);
      for (const name of ['ds1', 'shop', 'sessions']) expect(await second.probe(name)).toMatchObject({ ok: true });
      expect(await after.call('backup_status', { volume: 'ds1' })).toMatchObject({ verified: true });
      expect(await after.call('take_backup', { volume: 'ds1' }, 'once')).toEqual(done);
      await after.close();
      await second.stop();
      expect(await readEffects(second)).toHaveLength(1);
    } finally {
      await rm(used, { recursive: true, force: true });
    }
  });

  it('leaves neither a process nor a file behind when it stops', async () => {
    const other = await startLab();
    const pids = (await readSystems(other)).map((system) => system.pid);
    const session = await openSession(other);
    await session.close();
    await other.stop();
    await other.stop();
    await eventually(
      async () => [...pids, session.pid].filter(runs),
      (left) => left.length === 0,
    );
    expect(existsSync(other.folder)).toBe(false);
  });

  it('leaves no process behind when its owner is killed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'datacenter-lab-owner-'));
    const program = fileURLToPath(new URL('./owner.ts', import.meta.url));
    const root = fileURLToPath(new URL('../../..', import.meta.url));
    const owner = spawn(process.execPath, ['--conditions=@remit/source', '--import', 'tsx', program, folder], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [line] = await once(owner.stdout, 'data');
      const pids = JSON.parse(String(line)) as number[];
      expect(pids.filter(runs)).toEqual(pids);
      owner.kill('SIGKILL');
      await once(owner, 'exit');
      await eventually(
        async () => pids.filter(runs),
        (left) => left.length === 0,
      );
    } finally {
      owner.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    }
  });
});
