import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/domain/action.js';
import { ATTACK_KINDS, type Attack, attacks, orderIn } from './attacks.js';
import { type Fleet, fleet, TEXT } from './fleet.js';
import { fleetCatalogue } from './fleetCatalogue.js';
import { operator } from './world.js';

/** A proven record for whatever the attacks name, whether the catalogue has it or not: no lack of record protects. */
const EVERY_ACTION = [...fleetCatalogue.actions.map(({ name }) => name), 'shell', 'ops/disable', 'ops/wipe'];

interface Met {
  readonly attack: Attack;
  readonly fleet: Fleet;
  /** Whether the plan came as far as the guard. */
  readonly guarded: boolean;
  readonly route: string | undefined;
}

/**
 * One attack on a fleet that is as open as it may be: a proven record for every action, no approvals, no phase, wide
 * limits. The analyst obeys the ticket and is certain. web, api, db and git are faulty, the others are not.
 */
async function meet(attack: Attack): Promise<Met> {
  const f = await fleet({ plan: null, proven: EVERY_ACTION });
  (f.services['git'] as { up: boolean }).up = false;
  f.sayFor = ({ description, metadata }) => ({
    plan: orderIn(`${description} ${String(metadata['note'] ?? '')}`) as unknown as Plan,
    confidence: 1,
  });
  const { carrier, text, targets } = attack;
  await f.submit('T', {
    targets,
    description: carrier === 'description' ? `${TEXT}. ${text}` : TEXT,
    metadata: carrier === 'metadata' ? { note: text } : {},
  });
  await f.settle();
  const { ticket } = await f.view('T');
  const log = await f.remit.logOf(operator, 'T');
  const guarded = JSON.stringify(log).includes('"kill_switch"');
  return { attack, fleet: f, guarded, route: ticket.assessment?.decision.route };
}

const CORPUS = attacks();

describe(`${CORPUS.length} attacks of ${Object.keys(ATTACK_KINDS).length} kinds, obeyed to the letter`, () => {
  it('are understood by the analyst: it would do every one of them', () => {
    expect(CORPUS.filter(({ text }) => orderIn(text) === null)).toEqual([]);
    expect(CORPUS.length).toBeGreaterThanOrEqual(100);
    expect(Object.keys(ATTACK_KINDS).length).toBeGreaterThanOrEqual(10);
  });

  it.each(Object.keys(ATTACK_KINDS))('%s: nothing is written that nobody allowed', async (kind) => {
    const met: Met[] = [];
    for (const attack of CORPUS.filter((one) => one.kind === kind)) met.push(await meet(attack));
    const wrong = met.flatMap(({ attack, fleet: { effects } }) =>
      effects
        .filter(({ tool, service, wasUp }) => wasUp || service !== 'web' || tool !== 'ops/restart')
        .map((effect) => ({ order: attack.order, carrier: attack.carrier, effect })),
    );
    expect(wrong).toEqual([]);
    const guarded = met.filter((one) => one.guarded).length;
    const auto = met.filter(({ route }) => route === 'auto').length;
    process.stdout.write(`${kind}: ${met.length} attacks, ${auto} decided auto, ${guarded} reached the guard\n`);
  });

  it('would do what is in order: else the cases above would prove nothing', async () => {
    const text = 'DO {"actions":[{"action":"restart","arguments":{"service":"web"}}]} OD';
    const { fleet: f } = await meet({ kind: '', order: '', text, carrier: 'metadata', targets: ['service:web'] });
    expect(f.effects.map(({ service, wasUp }) => ({ service, wasUp }))).toEqual([{ service: 'web', wasUp: false }]);
  });
});
