import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEnd, replay } from '../../src/domain/remediation.js';
import {
  broken,
  countSecondLooks,
  crowded,
  onHealthy,
  overLimit,
  recomputed,
  sentTwice,
  unauthorised,
  undecidable,
  unrecorded,
} from './propertyChecks.js';
import { type Breaks, mended, play, type Script, scripts, type Trace, troubled } from './simulation.js';

/** Runs that reach a few hundred worlds with some thousand calls in a few seconds each. */
const RUNS = 50;

/** Plays random scripts and lets a check find nothing; tells how much was seen, so that an empty world is no proof. */
async function holds(
  seed: number,
  arbitrary: fc.Arbitrary<Script>,
  check: (trace: Trace, script: Script) => readonly string[],
): Promise<Seen> {
  const seen: Seen = { calls: 0, ends: new Set(), deaths: 0, again: 0, orders: 0 };
  const property = fc.asyncProperty(arbitrary, async (script) => {
    const trace = await play(script);
    seen.calls += trace.witnesses.length;
    seen.deaths += trace.died ? 1 : 0;
    for (const { event } of trace.rows) {
      if (isEnd(event.type as 'none')) seen.ends.add(event.type);
      if (event.type === 'reconciled') seen.again += 1;
      if (event.type === 'approval_requested' && event.binding.order) seen.orders += 1;
    }
    expect(check(trace, script)).toEqual([]);
  });
  await fc.assert(property, { seed, numRuns: RUNS });
  return seen;
}

interface Seen {
  calls: number;
  readonly ends: Set<string>;
  deaths: number;
  again: number;
  orders: number;
}

const sent = (seen: Seen): void => expect(seen.calls).toBeGreaterThan(RUNS / 2);

describe('what has to hold at all times', () => {
  it('1: no write without opt-in, catalogue entry, clearance and, where the table says so, approval', async () => {
    const seen = await holds(1, scripts(), unauthorised);
    sent(seen);
    expect([...seen.ends]).toEqual(
      expect.arrayContaining(['succeeded', 'suggested', 'manual', 'rejected', 'needs_reconciliation']),
    );
  });

  it('1, 2, 4, 5: nor by what people order about something parked', async () => {
    const seen = await holds(12, troubled(), (trace) => [
      ...unauthorised(trace),
      ...sentTwice(trace),
      ...crowded(trace),
      ...unrecorded(trace),
    ]);
    sent(seen);
    expect(seen.orders).toBeGreaterThan(RUNS / 5);
    expect([...seen.ends]).toEqual(
      expect.arrayContaining(['halted', 'withdrawn', 'rolled_back', 'needs_reconciliation']),
    );
  });

  it('2: no write is sent twice unless the tool dedupes and a read showed that the first did not happen', async () => {
    const seen = await holds(2, scripts(), sentTwice);
    sent(seen);
    expect(seen.again).toBeGreaterThan(5);
    expect([...seen.ends]).toEqual(
      expect.arrayContaining(['needs_reconciliation', 'rolled_back', 'withdrawn', 'superseded']),
    );
  });

  it('3: rate limits hold for two workers', async () => {
    sent(
      await holds(3, scripts({ calm: true }), (trace, { policy }) => overLimit(trace, policy.maxActionsPerHour ?? 10)),
    );
  });

  it('4: one remediation holds a target, and one unfinished remediation belongs to a ticket', async () => {
    sent(await holds(4, scripts(), crowded));
  });

  it('5: every effect has an intent before and an outcome, or an unknown one, after', async () => {
    sent(await holds(5, scripts(), unrecorded));
  });

  it('6: the chain verifies, and would not if a row were changed, dropped or moved', async () => {
    await holds(6, scripts(), (trace) => {
      const { rows } = trace;
      const [first, second] = rows;
      if (first && second && first.remediationId === second.remediationId) {
        expect(broken({ rows: [{ ...first, actor: 'eve' }, ...rows.slice(1)] })).not.toEqual([]);
        expect(broken({ rows: rows.slice(1) })).not.toEqual([]);
        expect(broken({ rows: [second, first, ...rows.slice(2)] })).not.toEqual([]);
      }
      return broken(trace);
    });
  });

  it('7: the log alone suffices to compute every decision again', async () => {
    let looks = 0;
    await holds(7, scripts(), (trace) => {
      looks += countSecondLooks(trace);
      return undecidable(trace);
    });
    expect(looks).toBeGreaterThan(20);
  });

  it('7: a decision that was changed in the log does not compute', async () => {
    const { rows } = await play({ ...QUIET, crash: null });
    const proposed = rows.find(({ event }) => event.type === 'proposed')?.event;
    if (proposed?.type !== 'proposed') throw new Error('nothing was proposed');
    expect(recomputed(proposed)).toEqual(proposed.decision);
    const richer = { ...proposed, decisionInput: { ...proposed.decisionInput, score: 10 } };
    expect(recomputed(richer)).not.toEqual(proposed.decision);
  });

  it('9: a crash at any point loses nothing that was acknowledged', async () => {
    const seen = await holds(9, scripts(), lost);
    expect(seen.deaths).toBeGreaterThan(10);
  });

  it('9: nor at any of the operations of one plain run, before or after it took effect', async () => {
    let deaths = 0;
    for (let at = 1; ; at += 1) {
      const traces = [];
      for (const when of ['before', 'after'] as const) traces.push(await play({ ...QUIET, crash: { at, when } }));
      for (const trace of traces) {
        expect({ at, wrong: [...lost(trace), ...sentTwice(trace), ...unrecorded(trace), ...broken(trace)] }).toEqual({
          at,
          wrong: [],
        });
        expect(trace.f.effects.length).toBeLessThanOrEqual(2);
      }
      deaths += traces.filter(({ died }) => died).length;
      if (traces.every(({ died }) => !died)) break;
    }
    expect(deaths).toBeGreaterThan(60);
  });

  it.each(FAULTS)('10: where %s fails, nothing is written', async (_, breaks) => {
    const property = fc.asyncProperty(scripts({ calm: true }), async (script) => {
      const { witnesses, rows } = await play(script, breaks);
      expect(witnesses).toEqual([]);
      const over = rows.filter(({ event }) => event.type === 'succeeded');
      const wrote = over.filter(({ remediationId }) =>
        rows.some(({ event, remediationId: id }) => {
          return (
            id === remediationId && event.type === 'proposed' && event.steps.some((step) => step.class !== 'read_only')
          );
        }),
      );
      expect(wrote).toEqual([]);
    });
    await fc.assert(property, { seed: 10, numRuns: 12 });
  });

  it('11: nor where somebody mends the targets between its calls', async () => {
    sent(await holds(13, mended(), onHealthy));
  });

  it('11: no automatic plan makes its first write on a target that does not show the fault', async () => {
    sent(
      await holds(11, scripts(), (trace, { inside, turns }) => {
        // Mended from outside between a run's look and its call: no look can be closer to the call than that.
        const races = inside.some(({ what }) => what === 'mend') && turns.some(({ together }) => together);
        return races ? [] : onHealthy(trace);
      }),
    );
  });
});

const no = () => Promise.reject(new Error('out of order'));

/** Parts of the world that a decision or a guard leans on; each works until everything has started. */
const FAULTS: readonly (readonly [string, Breaks])[] = [
  [
    'the store of halts',
    (on) => ({ storage: (s) => ({ ...s, halts: { ...s.halts, inForce: (t) => (on() ? no() : s.halts.inForce(t)) } }) }),
  ],
  [
    'the store of policies',
    (on) => ({
      storage: (s) => ({ ...s, policies: { ...s.policies, find: (t, c) => (on() ? no() : s.policies.find(t, c)) } }),
    }),
  ],
  [
    'the store of pins',
    (on) => ({
      storage: (s) => ({ ...s, pins: { ...s.pins, accepted: (t, e) => (on() ? no() : s.pins.accepted(t, e)) } }),
    }),
  ],
  ['the store of patterns', () => ({ storage: (s) => ({ ...s, patterns: { ...s.patterns, tally: no } }) })],
  ['the store of locks', () => ({ storage: (s) => ({ ...s, locks: { ...s.locks, take: no } }) })],
  ['the store of rates', () => ({ storage: (s) => ({ ...s, slots: { reserve: no } }) })],
  ['the reading of targets', () => ({ executor: (e) => ({ ...e, read: async () => ({ ok: false, error: 'down' }) }) })],
  ['the list of tools', () => ({ executor: (e) => ({ ...e, catalogue: no }) })],
  ['the host guard', () => ({ options: { guard: { clear: no } } })],
];

/** Two writes, nothing from outside. */
const QUIET: Script = {
  policy: { requiresApproval: false },
  tickets: [{ actions: ['enable web', 'restart api'], optedIn: true, named: true, answer: 'none', parked: 'none' }],
  behaviours: [],
  healthy: [],
  events: [],
  inside: [],
  turns: [{ pick: 0, together: false }],
  crash: null,
};

/** What was acknowledged and is not there, or was left lying. */
function lost({ f, rows, ticketIds, answered }: Trace): readonly string[] {
  const missing = answered.filter(
    ([ticketId, by]) =>
      !rows.some(({ event, ...row }) => {
        const isAnswer = event.type === 'approval_given' || event.type === 'approval_refused';
        return isAnswer && row.ticketId === ticketId && event.by === by;
      }),
  );
  const open = ticketIds.filter((ticketId) => {
    const own = rows.filter((row) => row.ticketId === ticketId);
    const latest = own.filter(({ remediationId }) => remediationId === own.at(-1)?.remediationId);
    const { state } = replay(latest);
    return !(isEnd(state) || state === 'awaiting_approval' || state === 'deferred');
  });
  const trouble = f.troubles.filter(({ where }) => !where.startsWith('analyst'));
  return [
    ...missing.map(([ticketId, by]) => `the answer of ${by} on ${ticketId}`),
    ...open.map((ticketId) => `${ticketId} was left in the middle`),
    ...trouble.map(({ where, error }) => `${where}: ${String(error)}`),
  ];
}
