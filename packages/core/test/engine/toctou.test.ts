import { describe, expect, it } from 'vitest';
import { chainHash } from '../../src/domain/canonical.js';
import type { PatternFact } from '../../src/domain/pattern.js';
import type { LogRow, RemediationEvent } from '../../src/domain/remediation.js';
import type { Storage } from '../../src/ports/storage.js';
import { badRecord, type Fleet, type FleetSetup, fleet, HOUR, PATTERN } from './fleet.js';
import { plan } from './fleetCatalogue.js';
import { operator } from './world.js';

/** The rows with every hash computed anew, as somebody who changes a log and knows how it is chained would. */
function rehashed(rows: readonly LogRow[]): readonly LogRow[] {
  let previousHash = '';
  return rows.map(({ previousHash: _before, hash: _hash, ...content }) => {
    const row = { ...content, previousHash, hash: chainHash(previousHash, content) };
    previousHash = row.hash;
    return row;
  });
}

interface Change {
  readonly what: string;
  readonly happens: (f: Fleet) => Promise<unknown> | unknown;
  readonly ends: string;
  readonly status: string;
}

const toolChanges = (f: Fleet): void =>
  f.executor.define({
    'ops/restart': {
      run: () => f.effects.push({ tool: 'new', service: '', key: '', atMs: 0, wasUp: false }),
      description: 'new',
    },
  });

const CHANGES: readonly Change[] = [
  {
    what: 'the target is well again',
    happens: (f) => Object.assign(f.services['web'] ?? {}, { up: true }),
    ends: 'recovered/symptom',
    status: 'resolved',
  },
  {
    what: 'the phase leaves the ticket out',
    happens: (f) => f.policy({ phase: 'pilot' }),
    ends: 'superseded/decision_again',
    status: 'suggested',
  },
  {
    what: 'the category is switched off',
    happens: (f) => f.policy({ enabled: false }),
    ends: 'superseded/category_enabled',
    status: 'suggested',
  },
  {
    what: 'the opt-in is withdrawn',
    happens: (f) => f.remit.setOptIn(operator, 'T', false),
    ends: 'withdrawn/opt_in_withdrawn',
    status: 'suggested',
  },
  { what: 'the tool is another one', happens: toolChanges, ends: 'manual/tool_pins', status: 'needs_human' },
  {
    what: 'a person fixed it',
    happens: (f) => f.remit.resolveTicket(operator, 'T', { text: 'did it by hand' }),
    ends: 'withdrawn/resolved_by_person',
    status: 'resolved',
  },
];

const ONLY_AUTO: readonly Change[] = [
  {
    what: 'the policy asks a person',
    happens: (f) => f.policy({ requiresApproval: true }),
    ends: 'superseded/decision_again',
    status: 'awaiting_approval',
  },
  {
    what: 'failures arrived',
    happens: (f) => f.learn(badRecord('restart', f.clock.now())),
    ends: 'superseded/decision_again',
    status: 'awaiting_approval',
  },
];

const ONLY_APPROVED: readonly Change[] = [
  {
    what: 'the policy is another version',
    happens: (f) => f.policy({ maxActionsPerHour: 9 }),
    ends: 'superseded/approval',
    status: 'awaiting_approval',
  },
  {
    what: 'the target is another one than was shown',
    happens: (f) => Object.assign(f.services['web'] ?? {}, { load: 99 }),
    ends: 'superseded/snapshot',
    status: 'awaiting_approval',
  },
  {
    what: 'so many failures arrived that nothing may run',
    happens: (f) => f.learn(disliked(f)),
    ends: 'superseded/decision_again',
    status: 'needs_human',
  },
];

function disliked(f: Fleet): readonly PatternFact[] {
  const atMs = f.clock.now();
  return Array.from({ length: 300 }, (_, n): PatternFact[] => {
    const about = { patternId: PATTERN, actionType: 'restart', ticketId: `D${n}`, principal: `p${n}`, atMs };
    const outcome = {
      remediationId: `old-${n}`,
      resolved: false,
      executed: true,
      succeeded: false,
      via: 'auto',
      confidence: 0.9,
      similarity: 1,
    } as const;
    return [
      { ...about, ...outcome, kind: 'outcome' },
      { ...about, kind: 'vote', verdict: 'negative', admissible: true },
    ];
  }).flat();
}

async function firstEnd(f: Fleet): Promise<string> {
  const rows = await f.remit.logOf(operator, 'T');
  const end = rows.filter(({ remediationId }) => remediationId === rows[0]?.remediationId).at(-1)?.event;
  return end && 'reason' in end ? `${end.type}/${end.reason}` : String(end?.type);
}

async function expectStopped(f: Fleet, { ends, status }: Change): Promise<void> {
  expect(f.effects).toEqual([]);
  expect(f.executor.sent).toEqual([]);
  expect(await firstEnd(f)).toBe(ends);
  expect((await f.view('T')).ticket.status).toBe(status);
}

const named = (changes: readonly Change[]) => changes.map((change) => [change.what, change] as const);

describe('between an automatic decision and its run', () => {
  it.each(named([...CHANGES, ...ONLY_AUTO]))('%s', async (_, change) => {
    const f = await fleet();
    await f.submit('T');
    await f.decide();
    expect((await f.view('T')).remediation?.state).toBe('proposed');
    await change.happens(f);
    await f.settle();
    await expectStopped(f, change);
  });
});

describe('between an automatic decision that was put off and its run', () => {
  it.each(named([...CHANGES, ...ONLY_AUTO]))('%s', async (_, change) => {
    const f = await fleet();
    await f.storage.slots.reserve('acme', 'earlier', [
      { scope: 'tenant', key: 'acme', amount: 10, limit: 10, windowMs: HOUR },
    ]);
    await f.submit('T');
    await f.settle();
    expect(await f.end('T')).toBe('deferred/rate_slots');
    await change.happens(f);
    await f.later(HOUR);
    await expectStopped(f, change);
  });
});

describe('between an approval and the run', () => {
  const asks: FleetSetup = { policy: { requiresApproval: true } };

  it.each(named([...CHANGES, ...ONLY_APPROVED]))('%s', async (_, change) => {
    const f = await fleet(asks);
    await f.submit('T');
    await f.settle();
    await f.approve('T');
    await change.happens(f);
    await f.settle();
    await expectStopped(f, change);
  });

  it('the stored arguments are others than the approved ones', async () => {
    let tampered = false;
    const swap = (event: RemediationEvent): RemediationEvent =>
      event.type === 'proposed'
        ? {
            ...event,
            steps: event.steps.map((step) => ({
              ...step,
              arguments: { service: 'db' },
              targets: ['service:db'],
              targetKeys: ['global/service:db'],
            })),
          }
        : event;
    const tampering = (shared: Storage): Storage => ({
      ...shared,
      remediations: {
        ...shared.remediations,
        async load(tenant, id) {
          const loaded = await shared.remediations.load(tenant, id);
          if (!loaded || !tampered) return loaded;
          return { ...loaded, rows: rehashed(loaded.rows.map((row) => ({ ...row, event: swap(row.event) }))) };
        },
      },
    });
    const f = await fleet({ ...asks, storage: tampering });
    await f.submit('T');
    await f.settle();
    await f.approve('T');
    tampered = true;
    await f.settle();
    tampered = false;
    expect(f.executor.sent).toEqual([]);
    const superseded = (await f.remit.logOf(operator, 'T')).find(({ event }) => event.type === 'superseded')?.event;
    expect(superseded).toMatchObject({ reason: 'approval' });
    expect(JSON.stringify(superseded)).toContain('What was approved has changed: plan.');
  });

  it('the analyst says something else by now: it is not asked again', async () => {
    const f = await fleet(asks);
    await f.submit('T');
    await f.settle();
    await f.approve('T');
    f.said.plan = plan('wipe db');
    await f.settle();
    expect(f.effects.map(({ tool, service }) => `${tool} ${service}`)).toEqual(['ops/restart web']);
  });

  it('an answer to what was superseded names what differs, and starts nothing', async () => {
    const f = await fleet(asks);
    await f.submit('T');
    await f.settle();
    const { approvalId = '', bindingHash = '' } = (await f.view('T')).remediation?.approval ?? {};
    await f.approve('T');
    await f.policy({ maxActionsPerHour: 9 });
    await f.settle();
    const again = f.remit.answerApproval({ ...operator, scopes: ['remediation:approve'] }, 'T', {
      approve: true,
      approvalId,
      bindingHash,
    });
    await expect(again).rejects.toMatchObject({
      code: 'approval_stale',
      facts: { differs: expect.arrayContaining(['policyVersion']) },
    });
    expect(f.effects).toEqual([]);
  });

  it('a ticket whose facts keep changing goes to a person after the third time', async () => {
    const f = await fleet(asks);
    await f.submit('T');
    await f.settle();
    for (let n = 0; n < 3; n += 1) {
      await f.approve('T');
      await f.policy({ maxActionsPerHour: 9 - n });
      await f.settle();
    }
    expect(await f.end('T')).toBe('manual/keeps_changing');
    expect(f.effects).toEqual([]);
  });
});
