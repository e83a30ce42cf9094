import { describe, expect, it } from 'vitest';
import type { ResolvedAction } from '../../src/domain/action.js';
import { planAsDecided } from '../../src/engine/guard/plan.js';
import { fleetCatalogue, plan } from '../engine/fleetCatalogue.js';
import { asked, found, post } from './asked.js';

const words = ['restart web', 'enable api'];
const { planHash, steps } = asked(words).remediation.proposal;
const [first, second] = steps as readonly [ResolvedAction, ResolvedAction];

/** The plan as it was decided, with these steps stored for it. */
const stored = (...kept: readonly ResolvedAction[]) => asked(words, { said: { steps: kept } });

it('is the one that was decided', async () => {
  const hashes = { decided: planHash, plan: planHash, steps: planHash };
  expect(await found(planAsDecided, asked(words))).toMatchObject({ answer: 'yes', evidence: hashes });
});

describe('stored steps that are not the plan', () => {
  it.each([
    ['one fewer', [first]],
    ['one more', [first, second, second]],
    ['in another order', [second, first]],
    ['another action', [{ ...first, action: 'enable' }, second]],
    ['other arguments', [{ ...first, arguments: { service: 'db' } }, second]],
    ['none', []],
  ])('stop it: %s', async (_, kept) => {
    const finding = await found(planAsDecided, stored(...kept));
    expect(finding).toMatchObject({ answer: 'blocked', evidence: { decided: planHash, plan: planHash } });
    expect(finding.evidence).not.toMatchObject({ steps: planHash });
  });

  it('stop it where there is no plan, or it is another', async () => {
    const none = asked(words, { said: { plan: null } });
    expect(await found(planAsDecided, none)).toMatchObject({ answer: 'blocked', evidence: { plan: null } });
    const other = asked(words, { said: { plan: plan('restart db', 'enable api') } });
    expect(await found(planAsDecided, other)).toMatchObject({ answer: 'blocked' });
    const both = asked('restart db').remediation.proposal;
    expect(await found(planAsDecided, asked('restart db', { said: { ...both, planHash } }))).toMatchObject({
      answer: 'blocked',
    });
  });
});

describe('a catalogue that reads the plan otherwise by now', () => {
  it.each([
    ['another tool', { tool: 'ops/wipe' }],
    ['another family', { family: 'storage' }],
    ['other targets', { targets: ['service:db'] }],
    ['other namespaces', { targetKeys: ['mine/service:web'] }],
    ['a more severe class', { class: 'read_only' }],
  ] as const)('is decided anew: %s', async (_, change) => {
    const finding = await found(planAsDecided, stored({ ...first, ...change }, second));
    expect(finding).toMatchObject({ answer: 'superseded', evidence: { decided: planHash } });
    expect(finding.because).toMatch(/: restart\.$/);
  });

  it('is decided anew where it allows the plan no more', async () => {
    const at = post({ catalogue: { ...fleetCatalogue, actions: fleetCatalogue.actions.slice(2) } });
    expect(await found(planAsDecided, asked(words), at)).toMatchObject({
      answer: 'superseded',
      evidence: { decided: planHash },
    });
  });

  it('is no other where tools had raised the class', async () => {
    expect(await found(planAsDecided, stored({ ...first, class: 'critical_write' }, second))).toMatchObject({
      answer: 'yes',
    });
  });

  it('tells which actions moved, and only those', async () => {
    const finding = await found(planAsDecided, stored(first, { ...second, family: 'cache' }));
    expect(finding.because).toMatch(/: enable\.$/);
  });
});
