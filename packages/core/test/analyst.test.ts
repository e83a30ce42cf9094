import { describe, expect, it } from 'vitest';
import type { Runbook } from '../src/domain/action.js';
import type { LearnedFix } from '../src/domain/learnedFix.js';
import { runbookAnalyst } from '../src/engine/onDemand.js';
import { restart } from './engine/fleetCatalogue.js';

const runbook: Runbook = {
  name: 'service-down',
  title: 'A service is down',
  categories: ['server'],
  symptomTexts: ['service not responding'],
  steps: [{ action: 'restart', arguments: { service: '$target' } }],
};

/** What the analyst says of a text, where these services are down. */
async function says(
  description: string,
  down: readonly string[],
  change: {
    learned?: readonly LearnedFix[];
    targets?: readonly string[];
    disk?: string;
    runbooks?: readonly Runbook[];
  } = {},
) {
  const ticket = {
    tenant: 'acme',
    ticketId: 'T',
    title: null,
    description,
    category: 'server',
    optedIn: true,
    priority: null,
    requester: null,
    submitter: 'sue',
    targets: change.targets ?? [],
    metadata: {},
  };
  const allowedTargets = ['service:web', 'service:api'];
  const catalogue = { actions: [{ ...restart, allowedTargets }], runbooks: change.runbooks ?? [runbook] };
  return runbookAnalyst().analyze(
    {
      ticket,
      entities: [],
      similarTickets: [],
      learned: change.learned ?? [],
      catalogue,
      observe: async (tool, args) => {
        const name = String(args['service']);
        return {
          tool,
          arguments: args,
          value: { up: !down.includes(name), disk: change.disk ?? 'ok', load: 1 },
          error: null,
        };
      },
    },
    { signal: AbortSignal.timeout(1_000) },
  );
}

/** (signs for + 1) / (all six + 2) */
const share = (signsFor: number): number => (signsFor + 1) / 8;

describe('the runbook analyst', () => {
  it('proposes the runbook on the target that shows the fault, and counts six signs', async () => {
    const analysis = await says('service web not responding', ['web']);
    expect(analysis.plan).toEqual({ actions: [{ action: 'restart', arguments: { service: 'web' } }] });
    expect(analysis.confidence).toBeCloseTo(share(6), 12);
    expect(analysis.evidence.length).toBe(6);
  });

  it('has no plan for a healthy target that the ticket names, although another one is faulty', async () => {
    const analysis = await says('service web not responding', ['api']);
    expect(analysis).toMatchObject({ plan: null, confidence: 0 });
    const named = await says('service not responding', ['api'], { targets: ['service:web'] });
    expect(named).toMatchObject({ plan: null, confidence: 0 });
  });

  it('is less sure of one of two faulty targets that nobody named', async () => {
    const one = await says('service not responding', ['web']);
    const two = await says('service not responding', ['web', 'api']);
    expect(one.confidence).toBeCloseTo(share(5), 12);
    expect(two.confidence).toBeCloseTo(share(4), 12);
    expect(two.hypotheses.length).toBe(2);
  });

  it('is less sure when a precheck fails, the words fit less, or another runbook explains it as well', async () => {
    expect((await says('service web not responding', ['web'], { disk: 'full' })).confidence).toBeCloseTo(share(5), 12);
    expect((await says('service web not there', ['web'])).confidence).toBeLessThanOrEqual(share(5));
    const rival = { ...runbook, name: 'other', title: 'Another one' };
    const both = await says('service web not responding', ['web'], { runbooks: [runbook, rival] });
    expect(both.confidence).toBeCloseTo(share(5), 12);
  });

  it('proposes what fixed the pattern before where no runbook has the same actions, and only on those targets', async () => {
    const learned: LearnedFix = { runbook: { ...runbook, name: 'learned:P' }, targets: ['service:web'], times: 4 };
    const analysis = await says('it is down', ['web'], { runbooks: [], learned: [learned] });
    expect(analysis.plan).toEqual({ actions: [{ action: 'restart', arguments: { service: 'web' } }] });
    expect(analysis.evidence[0]).toBe('for: this plan fixed 4 of the newest tickets of the same pattern');
    expect(await says('it is down', ['api'], { runbooks: [], learned: [learned] })).toMatchObject({ plan: null });
    const written = await says('service web not responding', ['web'], { learned: [learned] });
    expect(written.evidence[0]).toContain('terms of a known symptom text');
    expect(written.confidence).toBeCloseTo(share(6), 12);
  });

  it('has nothing to say of what no runbook speaks of, or of what is nowhere at fault', async () => {
    expect(await says('the printer smokes', ['web'])).toMatchObject({ plan: null, confidence: 0, observations: [] });
    expect(await says('service not responding', [])).toMatchObject({ plan: null, confidence: 0 });
  });

  it('takes a target for named only as a word of its own', async () => {
    expect((await says('service webshop not responding', ['web'])).confidence).toBeCloseTo(share(5), 12);
    expect((await says('service WEB not responding', ['web'])).confidence).toBeCloseTo(share(6), 12);
  });
});
