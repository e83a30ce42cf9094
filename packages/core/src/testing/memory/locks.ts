import type { LockStore } from '../../ports/storage.js';
import { keyOf, type MemoryState } from './state.js';

/** Gives all locks of a remediation back. */
export function releaseLocks(state: MemoryState, tenant: string, remediationId: string): void {
  for (const [targetKey, holder] of state.locks) {
    if (holder.tenant === tenant && holder.remediationId === remediationId) state.locks.delete(targetKey);
  }
}

/** Locks of targets in memory. */
export function memoryLocks(state: MemoryState): LockStore {
  const { locks, remediations } = state;
  return {
    async take(tenant, remediationId, targetKeys) {
      for (const targetKey of targetKeys) {
        const holder = locks.get(targetKey);
        if (!holder || (holder.tenant === tenant && holder.remediationId === remediationId)) continue;
        // A worker that lost its lease may lock after its remediation ended: nobody would ever give that lock back.
        const owner = remediations.get(keyOf(holder.tenant, holder.remediationId));
        if (owner && !owner.projection.holdsLocks) continue;
        return { kind: 'held', holder: { targetKey, ...holder } };
      }
      for (const targetKey of targetKeys) locks.set(targetKey, { tenant, remediationId });
      return { kind: 'taken' };
    },
    async release(tenant, remediationId) {
      releaseLocks(state, tenant, remediationId);
    },
  };
}
