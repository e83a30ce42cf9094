import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Anchor, Seal } from '../../src/domain/audit.js';
import { AUDIT } from '../../src/domain/policy.js';
import type { AuditOptions } from '../../src/engine/auditOptions.js';
import { createRemit } from '../../src/engine/createRemit.js';
import { verifyAudit } from '../../src/engine/onDemand.js';
import { sealerOf } from '../../src/engine/sealer.js';
import { memoryStorage, recordingExecutor } from '../../src/testing/index.js';
import { catalogue, operator } from './world.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

async function running(audit: AuditOptions = {}) {
  const storage = memoryStorage();
  const remit = createRemit({
    storage,
    executor: recordingExecutor({ 'ops/restart': { run: () => ({}) } }),
    catalogue,
    audit,
  });
  const troubles: string[] = [];
  remit.events.on('trouble', ({ where }) => troubles.push(where));
  await remit.start();
  let version = 0;
  const write = async (): Promise<void> => {
    await remit.setPolicy(operator, 'server', { policy: { approvers: version + 1 }, expectedVersion: version });
    version += 1;
  };
  return { storage, remit, troubles, write };
}

it('seals what was written within a second, and tells every head', async () => {
  expect(AUDIT.sealEveryMs).toBeLessThan(1_000);
  const anchors: Anchor[] = [];
  const { storage, remit, write } = await running({ onAnchor: (anchor) => void anchors.push(anchor) });
  await write();
  expect((await verifyAudit(storage)).unsealed).toMatchObject([{ tenant: '' }, { tenant: 'acme' }]);
  await vi.advanceTimersByTimeAsync(AUDIT.sealEveryMs);
  const { unsealed, heads } = await verifyAudit(storage);
  expect(unsealed).toEqual([]);
  await write();
  await vi.advanceTimersByTimeAsync(AUDIT.sealEveryMs);
  const later = await verifyAudit(storage);
  expect(later).toMatchObject({ intact: true, unsealed: [] });
  expect(anchors).toEqual(expect.arrayContaining([...heads, ...later.heads]));
  expect(anchors.filter(({ tenant }) => tenant === 'acme').map(({ seq }) => seq)).toEqual([1, 2]);
  await remit.close();
});

it('closing seals what is left', async () => {
  const { storage, remit, write } = await running();
  await write();
  await remit.close();
  expect((await verifyAudit(storage)).unsealed).toEqual([]);
});

it('an anchor that cannot be kept is trouble, and sealing goes on', async () => {
  const onAnchor = async (): Promise<void> => {
    throw new Error('no route to the anchor');
  };
  const { storage, remit, troubles, write } = await running({ onAnchor });
  await write();
  await vi.advanceTimersByTimeAsync(AUDIT.sealEveryMs);
  expect(troubles).toEqual(['anchor', 'anchor']);
  expect((await verifyAudit(storage)).unsealed).toEqual([]);
  await remit.close();
});

it('one tenant that cannot be sealed does not keep the others from it', async () => {
  const { storage, remit, troubles, write } = await running();
  await write();
  const { seal } = storage.audit;
  Object.assign(storage.audit, {
    seal: async (tenant: string, mac: null) => {
      if (tenant === '') throw new Error('a damaged row');
      return seal(tenant, mac);
    },
  });
  await vi.advanceTimersByTimeAsync(AUDIT.sealEveryMs);
  expect(troubles).toEqual(['sealing ']);
  expect((await verifyAudit(storage)).unsealed).toMatchObject([{ tenant: '' }]);
  await remit.close();
});

it('a key makes every seal its own; one that is too short is refused', async () => {
  const hmacKey = 'thirty-two bytes are the least that will do';
  const { storage, remit, write } = await running({ hmacKey });
  await write();
  await remit.close();
  expect(await verifyAudit(storage, { hmacKey })).toMatchObject({ intact: true });
  expect(await verifyAudit(storage, { hmacKey: `${hmacKey}!` })).toMatchObject({ intact: false });
  await expect(running({ hmacKey: 'short' })).rejects.toMatchObject({ code: 'invalid_configuration' });
});

it('where much is left to seal, others get their turn after each full seal; not once it ends', async () => {
  const storage = memoryStorage();
  const entry = { remediationId: 'r', from: 0, to: 1, head: '', rows: '' };
  const full = { entries: Array.from({ length: AUDIT.logsPerSeal }, () => entry) } as unknown as Seal;
  const happened: string[] = [];
  let left = 0;
  Object.assign(storage.audit, {
    unsealed: async () => ['acme'],
    seal: async () => {
      if (left === 0) return null;
      left -= 1;
      happened.push('seal');
      setImmediate(() => happened.push('turn'));
      return full;
    },
  });
  const sealer = sealerOf({ storage, trouble: (where) => happened.push(where) });
  sealer.start();
  left = 3;
  await vi.advanceTimersByTimeAsync(AUDIT.sealEveryMs);
  await vi.waitFor(() => expect(happened).toEqual(['seal', 'turn', 'seal', 'turn', 'seal', 'turn']));
  happened.length = 0;
  left = 3;
  await sealer.stop();
  expect(happened).toEqual(['seal', 'seal', 'seal']);
});
