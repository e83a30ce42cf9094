import type { Append, Executor, LogRow, Storage } from '@remit/core';
import { END_STATES } from '@remit/core/adapter';
import type { Cast } from '../dry/play.js';
import { type Guarantee, withEntries, withExecutor, withStore } from '../subject.js';
import { TENANT, type Trial, withTrial } from '../trial.js';
import { ANYTHING, anyOne, catalogueWith, nothingSent, onEach, recast, routed } from './tries.js';

/* Whether the log is written before the world is touched, and nothing is done twice or lost. */

/** Longer than any lease, ms. */
const LEASE_OVER_MS = 60_000;

const isOver = (rows: readonly LogRow[]): boolean =>
  rows.some(({ event }) => (END_STATES as readonly string[]).includes(event.type));

/** The cast with a read that tells whether it happened, and a tool that promises nothing. */
function inDoubt(cast: Cast, dedupes: boolean): Cast {
  const [shown] = cast.entry.validation;
  return recast(cast, { dedupes, ...(shown && { reconcile: cast.entry.reconcile ?? shown }) });
}

/** A run whose instance dies while its write is on its way; a second one finds it later. Answers the second's log. */
async function afterCrash(trial: Trial, cast: Cast): Promise<readonly LogRow[]> {
  let dead = false;
  const mortal = (storage: Storage): Storage => {
    const wrap = <Thing extends object>(thing: Thing): Thing =>
      new Proxy(thing, {
        get(target, name) {
          const value: unknown = Reflect.get(target, name);
          if (typeof value === 'object' && value !== null) return wrap(value);
          if (typeof value !== 'function') return value;
          return async (...args: unknown[]) => {
            if (dead) throw new Error('the process died');
            return value.apply(target, args);
          };
        },
      });
    return wrap(storage);
  };
  const first = await trial.instance(mortal);
  trial.world.during = async () => {
    dead = true;
  };
  await trial.submit('T', cast);
  await first.settle().catch(() => {});
  trial.world.during = null;
  trial.clock.advance(LEASE_OVER_MS);
  const second = await trial.instance();
  await second.settle();
  trial.clock.advance(LEASE_OVER_MS);
  await second.settle();
  return trial.log('T');
}

/** Guarantees about what is written down and what is done. */
export const journalGuarantees: readonly Guarantee[] = [
  {
    id: 'intent_before_effect',
    says: 'Every write has its intent in the store before the tool is called, and its outcome after.',
    properties: [5],
    attempt: (subject) =>
      onEach(subject.plays, ({ casts: [cast] }) =>
        withTrial(subject, [cast], {}, async (trial) => {
          const unannounced: string[] = [];
          trial.world.during = async ({ tool, idempotencyKey }) => {
            const rows = await trial.log('T');
            const intended = rows.some(
              ({ event }) => event.type === 'action_intended' && event.idempotencyKey === idempotencyKey,
            );
            if (!intended) unannounced.push(tool);
          };
          await trial.submit('T', cast);
          await trial.settle();
          if (trial.world.sent.length === 0) return `Nothing was written: ${await trial.say('T')}.`;
          if (unannounced.length > 0) return `${unannounced[0]} was called before its intent was stored.`;
          const rows = await trial.log('T');
          return rows.some(({ event }) => event.type === 'action_settled') ? null : 'No outcome was stored.';
        }),
      ),
    // A store that says "stored" and writes later: with the outcome.
    without: (subject) =>
      withStore(subject, (storage) => {
        const held: Append[] = [];
        return {
          ...storage,
          remediations: {
            ...storage.remediations,
            async append(append) {
              const isIntent = append.events.some(({ type }) => type === 'action_intended');
              if (!isIntent) {
                for (const one of held.splice(0)) await storage.remediations.append(one);
                return storage.remediations.append(append);
              }
              held.push(append);
              const rows = append.events.map((event, at): LogRow => {
                const { tenant, remediationId, token, actor, atMs, expectedVersion } = append;
                const place = { tenant, remediationId, ticketId: 'T', seq: expectedVersion + at + 1, token };
                return { ...place, actor, atMs, event, previousHash: '', hash: '' };
              });
              return { kind: 'appended', rows };
            },
          },
        };
      }),
  },
  {
    id: 'unknown_not_resent',
    says: 'A write whose answer was lost is not sent again where the tool does not promise to refuse a second one.',
    properties: [2],
    attempt: (subject) =>
      onEach(subject.plays, ({ casts: [first] }) => {
        const cast = inDoubt(first, false);
        const options = { catalogue: catalogueWith(subject, cast.entry) };
        return withTrial(subject, [cast], { options }, async (trial) => {
          trial.world.behaviour = 'vanishes';
          await trial.submit('T', cast);
          await trial.settle();
          trial.clock.advance(LEASE_OVER_MS);
          await trial.settle();
          const times = trial.world.sent.length;
          if (times !== 1) return `It was sent ${times} times.`;
          const { remediation } = await trial.view('T');
          return remediation?.state === 'succeeded' ? 'It counts as a success although nothing happened.' : null;
        });
      }),
    without: (subject) => withEntries(subject, (entry) => [{ ...entry, dedupes: true }]),
  },
  {
    id: 'crash_resumed',
    says: 'A run whose process dies in the middle of a write is found and brought to an end by another one.',
    properties: [5, 9],
    attempt: (subject) =>
      onEach(anyOne(subject), ({ casts: [first] }) => {
        const cast = inDoubt(first, false);
        const options = { catalogue: catalogueWith(subject, cast.entry) };
        return withTrial(subject, [cast], { options }, async (trial) => {
          const rows = await afterCrash(trial, cast);
          if (trial.world.sent.length !== 1) return `It was sent ${trial.world.sent.length} times.`;
          return isOver(rows) ? null : `It was never brought to an end: ${await trial.say('T')}.`;
        });
      }),
    // Nobody looks out for what was left lying.
    without: (subject) =>
      withStore(subject, (storage) => ({
        ...storage,
        async due(...asked) {
          const due = await storage.due(...asked);
          return (await storage.now()) > Date.UTC(2026, 0, 5, 9) ? { ...due, remediations: [] } : due;
        },
      })),
  },
  {
    id: 'crash_not_repeated',
    says: 'After a crash in the middle of a write it is not written again, unless it is proven that it did not happen.',
    properties: [2, 9],
    attempt: (subject) =>
      onEach(subject.plays, ({ casts: [first] }) => {
        const cast = inDoubt(first, false);
        const options = { catalogue: catalogueWith(subject, cast.entry) };
        return withTrial(subject, [cast], { options }, async (trial) => {
          trial.world.behaviour = 'vanishes';
          await afterCrash(trial, cast);
          const times = trial.world.sent.length;
          return times === 1 ? null : `It was sent ${times} times.`;
        });
      }),
    without: (subject) => withEntries(subject, (entry) => [{ ...entry, dedupes: true }]),
  },
  {
    id: 'fenced',
    says: 'A worker whose lease was taken over can write nothing more to the log.',
    properties: [4, 9],
    attempt: (subject) =>
      onEach(anyOne(subject), ({ casts: [cast] }) =>
        withTrial(subject, [cast], {}, async (trial) => {
          trial.world.during = async () => {
            trial.clock.advance(LEASE_OVER_MS);
            const { remediationId } = (await trial.view('T')).ticket;
            const loaded = await trial.bare.remediations.load(TENANT, remediationId ?? '');
            const request = { owner: 'verify-intruder', leaseMs: LEASE_OVER_MS, expectedVersion: loaded?.version ?? 0 };
            await trial.bare.remediations.claim(TENANT, remediationId ?? '', request);
          };
          await trial.submit('T', cast);
          await trial.settle();
          const settled = (await trial.log('T')).some(({ event }) => event.type === 'action_settled');
          if (trial.world.sent.length === 0) return `Nothing was written: ${await trial.say('T')}.`;
          return settled ? 'The worker without the lease stored an outcome.' : null;
        }),
      ),
    // A store that asks nobody for the token.
    without: (subject) =>
      withStore(subject, (storage) => ({
        ...storage,
        remediations: {
          ...storage.remediations,
          append: (append) =>
            storage.remediations
              .append({ ...append, token: append.token === null ? null : append.token + 1 })
              .then((appended) => (appended.kind === 'fenced' ? storage.remediations.append(append) : appended)),
        },
      })),
  },
  {
    id: 'validated_by_reads',
    says: 'A write counts as a success only when the reads of the catalogue show it, whatever the tool said.',
    properties: [10],
    attempt: (subject) =>
      onEach(subject.plays, ({ casts: [first] }) => {
        const cast = recast(first, { validationWithinMs: 1 });
        const options = { catalogue: catalogueWith(subject, cast.entry) };
        return withTrial(subject, [cast], { options }, async (trial) => {
          trial.world.during = async () => {
            trial.world.lies = true;
          };
          await trial.submit('T', cast);
          await trial.settle();
          const { remediation } = await trial.view('T');
          if (trial.world.sent.length === 0) return `Nothing was written: ${await trial.say('T')}.`;
          return remediation?.state === 'succeeded' ? 'It counts as a success although nothing was mended.' : null;
        });
      }),
    without: (subject) =>
      withEntries(subject, (entry) => [
        { ...entry, validation: entry.validation.map((one) => ({ ...one, expect: ANYTHING })) },
      ]),
  },
  {
    id: 'reads_fail',
    says: 'When the reads that show the fault do not answer, nothing is automatic.',
    properties: [10, 11],
    attempt: (subject) =>
      onEach(
        subject.plays.filter(({ entry }) => entry.symptom),
        ({ casts: [cast] }) =>
          withTrial(subject, [cast], { faultyExecutor: silent }, async (trial) => {
            await trial.submit('T', cast);
            await trial.settle();
            return routed(trial, 'T', ['approval', 'manual']);
          }),
        'No action has a symptom read.',
      ),
    without: (subject) =>
      withExecutor(subject, (executor, world) => ({
        ...executor,
        async read(...asked) {
          const answer = await executor.read(...asked);
          return answer.ok ? answer : world.executor.read(...asked);
        },
      })),
  },
  {
    id: 'tools_unreadable',
    says: 'When the tools cannot be listed, nothing is sent.',
    properties: [10],
    attempt: (subject) =>
      onEach(anyOne(subject), ({ casts: [cast] }) =>
        withTrial(subject, [cast], { faultyExecutor: unlisted }, async (trial) => {
          await trial.submit('T', cast);
          await trial.settle();
          return nothingSent(trial, 'T');
        }),
      ),
    without: (subject) =>
      withExecutor(subject, (executor, world) => ({
        ...executor,
        catalogue: (options) => executor.catalogue(options).catch(() => world.executor.catalogue(options)),
      })),
  },
];

function silent(executor: Executor): Executor {
  return { ...executor, read: async () => ({ ok: false, error: 'the read does not answer' }) };
}

function unlisted(executor: Executor): Executor {
  return {
    ...executor,
    async catalogue() {
      throw new Error('no server answers');
    },
  };
}
