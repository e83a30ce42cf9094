import { describe, expect, it } from 'vitest';
import { type Fleet, fleet } from './fleet.js';
import { plan } from './fleetCatalogue.js';
import { answerNow, called } from './parkedFleet.js';

/* A step taken back a second time, because a person ordered it: a new call, or the same one again? */

/** `enable web` happened, its undo went wrong in this way, and the run is parked. */
async function parked(undo: 'does_nothing' | 'lost_before' | 'refuses'): Promise<Fleet> {
  const f = await fleet({ plan: plan('enable web', 'restart api') });
  let first = true;
  f.behave = (tool) => {
    if (tool === 'ops/restart') return 'refuses';
    if (tool !== 'ops/disable' || !first) return 'works';
    first = false;
    return undo;
  };
  await f.submit('T');
  await f.settle();
  await f.later(500);
  expect((await f.view('T')).remediation?.state).toBe('needs_reconciliation');
  return f;
}

const undoKeys = (f: Fleet): readonly string[] =>
  f.executor.sent.filter(({ tool }) => tool === 'ops/disable').map(({ idempotencyKey }) => idempotencyKey);

describe('an undo that is ordered again', () => {
  it('is a call of its own where the first one was answered, so that a tool that dedupes carries it out', async () => {
    const f = await parked('does_nothing');
    expect(await f.end('T')).toBe('needs_reconciliation/undo_validation_failed');
    await answerNow(f, 'roll_back');
    expect(called(f).filter((call) => call === 'ops/disable web')).toHaveLength(2);
    expect(new Set(undoKeys(f)).size).toBe(2);
    expect(f.services['web']?.up).toBe(false);
    expect(await f.end('T')).toBe('rolled_back/ordered_by_person');
  });

  it('is one where the first one is proven not to have been executed', async () => {
    const f = await parked('refuses');
    await answerNow(f, 'roll_back');
    expect(new Set(undoKeys(f)).size).toBe(2);
    expect(await f.end('T')).toBe('rolled_back/ordered_by_person');
  });

  it('carries the same key while the first one may still land, whatever a person says of it', async () => {
    const f = await parked('lost_before');
    await answerNow(f, 'did_not_happen');
    await answerNow(f, 'roll_back');
    expect(undoKeys(f)).toHaveLength(2);
    expect(new Set(undoKeys(f)).size).toBe(1);
  });

  it('carries the same key still when the second one was refused: that says nothing of the first', async () => {
    const f = await parked('lost_before');
    f.behave = (tool) => (tool === 'ops/disable' && undoKeys(f).length === 2 ? 'refuses' : 'works');
    await answerNow(f, 'roll_back');
    expect((await f.view('T')).remediation?.state).toBe('needs_reconciliation');
    await answerNow(f, 'roll_back');
    expect(undoKeys(f)).toHaveLength(3);
    expect(new Set(undoKeys(f)).size).toBe(1);
  });
});
