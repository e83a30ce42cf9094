import type { SlotClaim, SlotStore } from '../../ports/storage.js';
import { keyOf, type MemoryState, type SlotEntry } from './state.js';

/** Target keys carry their namespace, so targets (and loops on them) are counted over all tenants, as they are locked. */
function counterOf(tenant: string, { scope, key, windowMs }: SlotClaim): string {
  return keyOf(scope === 'target' || scope === 'loop' ? '' : tenant, scope, key, windowMs);
}

/** The window of a counter, ms. */
export function windowOf(counter: string): number {
  return (JSON.parse(counter) as [string, string, string, number])[3];
}

function total(entries: readonly SlotEntry[]): number {
  return entries.reduce((sum, { amount }) => sum + amount, 0);
}

/** When so many have left the window that `excess` fewer are in it. */
function untilRoom(entries: readonly SlotEntry[], excess: number, windowMs: number): number | null {
  let left = 0;
  for (const { amount, takenAtMs } of [...entries].sort((a, b) => a.takenAtMs - b.takenAtMs)) {
    left += amount;
    if (left >= excess) return takenAtMs + windowMs;
  }
  return null;
}

/** Rolling counts in memory. */
export function memorySlots(state: MemoryState): SlotStore {
  return {
    async reserve(tenant, remediationId, claims) {
      const nowMs = state.clock.now();
      const holder = keyOf(tenant, remediationId);
      const wanted = new Map<string, number>();
      const held = new Map<string, number>();
      for (const claim of claims) {
        const counter = counterOf(tenant, claim);
        const want = (wanted.get(counter) ?? 0) + claim.amount;
        wanted.set(counter, want);
        const taken = [...state.slots.values()].filter(
          (entry) => entry.counter === counter && entry.takenAtMs + claim.windowMs > nowMs,
        );
        const ours = total(taken.filter((entry) => entry.holder === holder));
        held.set(counter, ours);
        const others = taken.filter((entry) => entry.holder !== holder);
        const excess = total(others) + want - claim.limit;
        // What this remediation took before is not asked for again, even if the limit fell since.
        if (want <= ours || excess <= 0) continue;
        const untilMs = want > claim.limit ? null : untilRoom(others, excess, claim.windowMs);
        return { kind: 'refused', claim, taken: total(taken), untilMs };
      }
      // Taken anew at this moment: the writes follow now, so now is when their window begins.
      for (const [counter, want] of wanted) {
        const amount = Math.max(want, held.get(counter) ?? 0);
        state.slots.set(keyOf(counter, holder), { counter, holder, amount, takenAtMs: nowMs });
      }
      return { kind: 'reserved' };
    },
  };
}
