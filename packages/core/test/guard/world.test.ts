import { describe, expect, it } from 'vitest';
import {
  backup,
  prechecks,
  snapshot,
  snapshotAfterOwnStep,
  symptom,
  symptomOnNewTarget,
} from '../../src/engine/guard/world.js';
import type { Service } from '../engine/fleetCatalogue.js';
import { asked, type Change, found, type Post, post } from './asked.js';

const service = (at: Post, name: string): Service => {
  const there = at.on.services[name];
  if (!there) throw new Error(`There is no ${name}.`);
  return there;
};
const byPeople = { decision: { ...asked('restart web').remediation.proposal.decision, route: 'approval' } } as const;

/** The same steps with another entry for one of them. */
function entries(words: readonly string[], change: object, only = 0): Change {
  return {
    steps: asked(words).steps.map((one, n) => (n === only ? { ...one, entry: { ...one.entry, ...change } } : one)),
  };
}

describe('a backup', () => {
  const resize = asked('resize web');

  it('is looked at only where the catalogue asks for one', async () => {
    const at = post();
    at.on.backup.there = false;
    expect(await found(backup, asked(['restart web', 'enable api']), at)).toMatchObject({ answer: 'yes' });
    expect(await found(backup, asked(['restart web', 'resize api']), at)).toMatchObject({ answer: 'blocked' });
    // One that only reads changes nothing that would need one.
    const { entry } = resize.steps[0] ?? { entry: {} };
    const reads = asked('inspect web', entries(['inspect web'], { backup: (entry as { backup?: object }).backup }));
    expect(await found(backup, reads, at)).toMatchObject({ answer: 'yes' });
  });

  it.each([
    ['new', 0, 'yes'],
    ['as old as is allowed', 60, 'yes'],
    ['older', 60.1, 'blocked'],
    ['from the future', -1, 'blocked'],
    ['of no age', Number.NaN, 'blocked'],
    ['of an age in words', '5', 'blocked'],
  ])('that is %s', async (_, age, answer) => {
    const at = post();
    at.on.backup.ageSeconds = age as number;
    const finding = await found(backup, resize, at);
    expect(finding.answer).toBe(answer);
    if (answer === 'blocked') {
      expect(finding.evidence).toMatchObject({ maxAgeSeconds: 60, check: [{ tool: 'ops/backup' }] });
      expect(finding.because).toMatch(/60 s are allowed|No proof/);
    }
  });

  it('that nobody verified, or nobody can look at, is none', async () => {
    const at = post();
    at.on.backup.verified = false;
    const unverified = await found(backup, resize, at);
    expect(unverified).toMatchObject({
      answer: 'blocked',
      evidence: { age: 5, check: [{ passed: false, error: null }] },
    });
    at.on.backup.there = false;
    const gone = await found(backup, resize, at);
    expect(gone).toMatchObject({ answer: 'blocked', evidence: { age: null, check: [{ passed: false }] } });
    expect(gone.because).toMatch(/^No proof/);
  });

  it('is looked at for every write that asks for one', async () => {
    const at = post();
    let reads = 0;
    at.on.backup.ageSeconds = 5;
    const { executor } = at;
    const read = (...args: Parameters<typeof executor.read>) => {
      reads += 1;
      return executor.read(...args);
    };
    await found(backup, asked(['resize web', 'restart db', 'resize api']), { ...at, executor: { ...executor, read } });
    expect(reads).toBe(2);
  });
});

describe('the symptom', () => {
  const both = ['restart web', 'restart api'];

  it('is there on one target, and on several', async () => {
    expect(await found(symptom, asked('restart web'))).toMatchObject({
      answer: 'yes',
      evidence: [{ tool: 'ops/status', passed: true }],
    });
    const finding = await found(symptom, asked(both));
    expect(finding).toMatchObject({ answer: 'yes', evidence: [{ passed: true }, { passed: true }] });
  });

  it('that is gone ends it as recovered, and gone on a part of the targets it is decided anew', async () => {
    const at = post();
    service(at, 'web').up = true;
    expect(await found(symptom, asked('restart web'), at)).toMatchObject({
      answer: 'recovered',
      evidence: [{ passed: false }],
    });
    expect(await found(symptom, asked(both), at)).toMatchObject({
      answer: 'superseded',
      evidence: [{ passed: false }, { passed: true }],
    });
    service(at, 'api').up = true;
    expect(await found(symptom, asked(both), at)).toMatchObject({ answer: 'recovered' });
  });

  it('that cannot be read stops it', async () => {
    const at = post();
    delete at.on.services['web'];
    expect(await found(symptom, asked('restart web'), at)).toMatchObject({ answer: 'blocked' });
    service(at, 'api').up = true;
    const finding = await found(symptom, asked(both), at);
    expect(finding.answer).toBe('blocked');
    expect(finding.because).toMatch(/web/);
  });

  it('is looked at once for each target, before the first write on it', async () => {
    expect(await found(symptom, asked(['restart web', 'enable web']))).toMatchObject({ evidence: [{ passed: true }] });
    const looks = await found(symptom, asked(['inspect db', 'restart web']));
    expect((looks.evidence as readonly object[]).length).toBe(1);
  });

  it('of an action that has none is a person’s to vouch for', async () => {
    const blind = entries(['restart web'], { symptom: undefined });
    expect(await found(symptom, asked('restart web', blind))).toMatchObject({ answer: 'blocked' });
    expect(await found(symptom, asked('restart web', { ...blind, said: byPeople }))).toMatchObject({ answer: 'yes' });
    const half = entries(both, { symptom: undefined });
    const approved = await found(symptom, asked(both, { ...half, said: byPeople }));
    expect(approved).toMatchObject({ answer: 'yes', evidence: [{ passed: true }] });
    expect(await found(symptom, asked(both, half))).toMatchObject({ answer: 'blocked' });
  });
});

describe('the symptom on the next target', () => {
  const later = (words: readonly string[], change: Change = {}) => asked(words, { step: 1, ...change });

  it('is looked at where an automatic plan comes to a target for the first time', async () => {
    const at = post();
    expect(await found(symptomOnNewTarget, later(['restart web', 'restart api']), at)).toMatchObject({
      answer: 'yes',
      evidence: [{ tool: 'ops/status', passed: true }],
    });
    service(at, 'api').up = true;
    expect(await found(symptomOnNewTarget, later(['restart web', 'restart api']), at)).toMatchObject({
      answer: 'blocked',
      evidence: [{ passed: false }],
    });
  });

  it('is not looked at on a target that the plan wrote to before, nor where a person approved', async () => {
    const at = post();
    for (const name of ['web', 'api']) service(at, name).up = true;
    expect(await found(symptomOnNewTarget, later(['restart web', 'enable web']), at)).toMatchObject({
      answer: 'yes',
      evidence: null,
    });
    const approved = later(['restart web', 'restart api'], { said: byPeople });
    expect(await found(symptomOnNewTarget, approved, at)).toMatchObject({ answer: 'yes', evidence: null });
  });

  it('is looked at on every target of the step, and one that is well stops it', async () => {
    const words = ['restart web', 'restart api'];
    const targets = ['service:api', 'service:db'];
    const steps = asked(words).steps.map((one, n) =>
      n === 0 ? one : { ...one, step: { ...one.step, targets, targetKeys: targets.map((key) => `global/${key}`) } },
    );
    const at = post();
    expect(await found(symptomOnNewTarget, later(words, { steps }), at)).toMatchObject({ answer: 'yes' });
    service(at, 'db').up = true;
    expect(await found(symptomOnNewTarget, later(words, { steps }), at)).toMatchObject({
      answer: 'blocked',
      evidence: [{ passed: true }, { passed: false }],
    });
  });

  it('counts a look at a target, and a write that comes after, for nothing', async () => {
    const at = post();
    service(at, 'api').up = true;
    expect(await found(symptomOnNewTarget, later(['inspect api', 'restart api']), at)).toMatchObject({
      answer: 'blocked',
    });
    const before = later(['restart web', 'restart api', 'enable api']);
    expect(await found(symptomOnNewTarget, before, at)).toMatchObject({ answer: 'blocked' });
  });

  it('stops where the action has none, or is in no catalogue any more', async () => {
    const words = ['restart web', 'restart api'];
    const blind = later(words, entries(words, { symptom: undefined }, 1));
    expect(await found(symptomOnNewTarget, blind)).toMatchObject({ answer: 'blocked', evidence: null });
    const gone = later(words, { steps: asked(words).steps.slice(0, 1) });
    expect(await found(symptomOnNewTarget, gone)).toMatchObject({ answer: 'blocked', evidence: null });
  });
});

describe('the prechecks of the next action', () => {
  it('hold, or stop it', async () => {
    const at = post();
    expect(await found(prechecks, asked('restart web'), at)).toMatchObject({
      answer: 'yes',
      evidence: [{ passed: true }],
    });
    expect((await found(prechecks, asked('restart web'), at)).because).toContain('/disk is "ok"');
    service(at, 'web').disk = 'full';
    const finding = await found(prechecks, asked('restart web'), at);
    expect(finding).toMatchObject({ answer: 'blocked', evidence: [{ tool: 'ops/status', passed: false }] });
    expect(finding.because).toContain('full');
    expect(await found(prechecks, asked(['restart api', 'restart web']), at)).toMatchObject({ answer: 'yes' });
    expect(await found(prechecks, asked(['restart api', 'restart web'], { step: 1 }), at)).toMatchObject({
      answer: 'blocked',
    });
  });

  it('that the catalogue does not ask for hold; of an action that is gone they do not', async () => {
    const none = await found(prechecks, asked('restart web', entries(['restart web'], { prechecks: [] })));
    expect(none).toMatchObject({ answer: 'yes', evidence: [] });
    expect(none.because).toMatch(/no prechecks/);
    expect(await found(prechecks, asked('restart web', { steps: [] }))).toMatchObject({ answer: 'blocked' });
  });

  it('are told with those that failed alone', async () => {
    const at = post();
    service(at, 'web').disk = 'full';
    const [check] = asked('restart web').steps[0]?.entry.prechecks ?? [];
    const two = entries(['restart web'], { prechecks: [check, { ...check, expect: [{ path: '/load', equals: 50 }] }] });
    expect((await found(prechecks, asked('restart web', two), at)).evidence).toHaveLength(1);
    service(at, 'web').disk = 'ok';
    expect((await found(prechecks, asked('restart web', two), at)).evidence).toHaveLength(2);
  });
});

describe('the snapshot of the decision', () => {
  it.each([
    [50, 'yes'],
    [55, 'yes'],
    [45, 'yes'],
    [55.1, 'superseded'],
    [44.9, 'superseded'],
  ])('with a load of %d, within 5 of 50: %s', async (load, answer) => {
    const at = post();
    service(at, 'web').load = load;
    const finding = await found(snapshot, asked('restart web'), at);
    expect(finding.answer).toBe(answer);
    if (answer === 'superseded') {
      expect(finding.because).toMatch(/: \/load\.$/);
      expect(finding.evidence).toEqual({ step: 0, before: { '/load': 50 }, now: { '/load': load }, moved: ['/load'] });
    }
  });

  it('is of every step that has one, and of those alone', async () => {
    const at = post();
    service(at, 'api').load = 99;
    const words = ['restart web', 'restart api'];
    expect(await found(snapshot, asked(words), at)).toMatchObject({ answer: 'superseded', evidence: { step: 1 } });
    const first = asked(words, entries(words, { snapshot: undefined }, 1));
    expect(await found(snapshot, first, at)).toMatchObject({ answer: 'yes' });
  });

  it('that is missing, then or now, is another one', async () => {
    const nothing = asked('restart web', { said: { snapshot: {} } });
    expect(await found(snapshot, nothing)).toMatchObject({
      answer: 'superseded',
      evidence: { before: null, moved: ['(missing)'] },
    });
    const at = post();
    delete at.on.services['web'];
    expect(await found(snapshot, asked('restart web'), at)).toMatchObject({
      answer: 'superseded',
      evidence: { now: null, moved: ['(missing)'] },
    });
  });
});

describe('the snapshot after our own last step', () => {
  const words = ['restart web', 'enable web'];
  const after = (snapshotsAfter: object) => asked(words, { step: 1, run: { snapshotsAfter } });

  it('is of the step before, for the target of this one', async () => {
    const at = post();
    expect(await found(snapshotAfterOwnStep, after({ 0: { 1: { '/load': 52 } } }), at)).toMatchObject({
      answer: 'yes',
    });
    const moved = await found(snapshotAfterOwnStep, after({ 0: { 1: { '/load': 60 } } }), at);
    expect(moved).toEqual({
      answer: 'blocked',
      because: 'The target changed since our own last step: /load.',
      evidence: { step: 1, before: { '/load': 60 }, now: { '/load': 50 }, moved: ['/load'] },
    });
  });

  it('that is missing stops it', async () => {
    for (const none of [{}, { 0: null }, { 0: { 0: { '/load': 50 } } }, { 1: { 1: { '/load': 50 } } }]) {
      expect(await found(snapshotAfterOwnStep, after(none))).toMatchObject({
        answer: 'blocked',
        evidence: { before: null, moved: ['(missing)'] },
      });
    }
    const at = post();
    delete at.on.services['web'];
    expect(await found(snapshotAfterOwnStep, after({ 0: { 1: { '/load': 50 } } }), at)).toMatchObject({
      answer: 'blocked',
      evidence: { now: null },
    });
  });

  it('is not asked for where the catalogue has none', async () => {
    const none = asked(words, { step: 1, ...entries(words, { snapshot: undefined }, 1) });
    expect(await found(snapshotAfterOwnStep, none)).toMatchObject({ answer: 'yes', evidence: null });
    expect(await found(snapshotAfterOwnStep, asked(words, { step: 1, steps: [] }))).toMatchObject({ answer: 'yes' });
  });
});
