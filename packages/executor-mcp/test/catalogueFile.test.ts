import { existsSync, readFileSync } from 'node:fs';
import { RemitError, resolvePlan } from '@remit/core';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { catalogueJsonSchema, draftCatalogue, loadCatalogue, mcpExecutor, PRESET_NAMES } from '../src/index.js';
import { calm, hostile } from './hostile.js';

const read = (path: string, value: unknown) => ({
  tool: 'lab/status',
  arguments: { service: '$target' },
  expect: [{ path, equals: value }],
});
const restart = {
  preset: 'restart',
  name: 'restart_service',
  title: 'Restart a service',
  tool: 'lab/restart',
  categories: ['server'],
  arguments: { type: 'object', properties: { service: { type: 'string', minLength: 1 } }, required: ['service'] },
  targets: [{ kind: 'service', argument: '/service' }],
  allowedTargets: ['service:web'],
  timeoutMs: 5000,
  symptom: read('/up', false),
  validation: [read('/up', true)],
};
const runbook = {
  name: 'down',
  title: 'A service is down',
  categories: ['server'],
  symptomTexts: ['not responding'],
  steps: [{ action: 'restart_service', arguments: { service: '$target' } }],
};
const file = (...actions: object[]) => ({ version: 1, actions, runbooks: [] });

function faultsOf(text: string): Readonly<Record<string, string>> {
  try {
    loadCatalogue(text);
    return {};
  } catch (error) {
    if (!RemitError.is(error)) throw error;
    expect(error.code).toBe('invalid_catalogue');
    return Object.fromEntries(error.faults.map(({ pointer, detail }) => [pointer, detail]));
  }
}

describe('a catalogue file', () => {
  it.each([
    ['YAML', stringify({ ...file(restart), runbooks: [runbook] })],
    ['JSON', JSON.stringify({ ...file(restart), runbooks: [runbook] })],
  ])('is read from %s, with what its preset gives', (_, text) => {
    const catalogue = loadCatalogue(text);
    expect(catalogue.runbooks).toHaveLength(1);
    expect(catalogue.actions[0]).toMatchObject({
      class: 'safe_write',
      family: 'restart',
      idempotent: true,
      irreversible: expect.stringContaining('restart'),
      dedupes: false,
    });
    const plan = (args: Readonly<Record<string, string>>) => ({
      actions: [{ action: 'restart_service', arguments: args }],
    });
    expect(resolvePlan(catalogue, plan({ service: 'web' }), 't')).toMatchObject({ ok: true });
    // What the schema does not know is refused although the file does not say so.
    expect(resolvePlan(catalogue, plan({ service: 'web', force: 'yes' }), 't')).toMatchObject({ ok: false });
    expect(resolvePlan(catalogue, plan({ service: '' }), 't')).toMatchObject({ ok: false });
  });

  it('tells all faults at once, each with its place', () => {
    const { validation: _, ...unchecked } = restart;
    const text = stringify(
      file(
        { ...unchecked, class: 'read_only', allowedTargets: ['service:*'] },
        {
          ...restart,
          name: 'other',
          preset: undefined,
          arguments: { type: 'object', properties: { a: { $ref: 'http://x/y' } } },
        },
      ),
    );
    expect(Object.keys(faultsOf(text)).sort()).toEqual([
      '/actions/0/allowedTargets/0',
      '/actions/0/class',
      '/actions/0/validation',
      '/actions/1/arguments',
      '/actions/1/class',
      '/actions/1/family',
      '/actions/1/idempotent',
      '/actions/1/undo',
    ]);
    expect(Object.keys(faultsOf(stringify(file({ ...restart, timeout: 5, title: 1 }))))).toEqual([
      '/actions/0/title',
      '/actions/0',
    ]);
  });

  it.each([
    ['no YAML', 'actions: [}'],
    ['a key given twice', 'version: 1\nversion: 1\nactions: []'],
    ['a tag', 'version: 1\nactions: !!js/function "x"'],
    [
      'a swarm of aliases',
      `a: &a [x]\nb: &b [${'*a,'.repeat(9)}*a]\nc: &c [${'*b,'.repeat(9)}*b]\nversion: [${'*c,'.repeat(9)}*c]`,
    ],
    ['nested without end', '['.repeat(50_000)],
    ['too large', `# ${'x'.repeat(1_100_000)}\nversion: 1`],
    ['another version', 'version: 2\nactions: []'],
    ['nothing', ''],
  ])('is refused with a sentence: %s', (_, text) => {
    expect(Object.keys(faultsOf(text)).length).toBeGreaterThan(0);
  });

  it('may raise the class of a preset and never lower it', () => {
    expect(loadCatalogue(stringify(file({ ...restart, class: 'destructive' }))).actions[0]?.class).toBe('destructive');
    expect(faultsOf(stringify(file({ ...restart, class: 'read_only' })))).toHaveProperty(['/actions/0/class']);
  });

  it('has a preset for each kind of action, and each names what it is not safe without', () => {
    for (const preset of PRESET_NAMES) {
      const { symptom: _, validation: __, ...bare } = restart;
      const faults = faultsOf(stringify(file({ ...bare, preset })));
      expect(faults).toHaveProperty(['/actions/0/symptom']);
      expect(faults).toHaveProperty(['/actions/0/validation']);
    }
    expect(faultsOf(stringify(file({ ...restart, preset: 'expand_volume' })))).toHaveProperty(['/actions/0/backup']);
  });

  it('has a JSON Schema for editors, as published', () => {
    const place = new URL('../catalogue.schema.json', import.meta.url);
    expect(existsSync(place)).toBe(true);
    expect(JSON.parse(readFileSync(place, 'utf8'))).toEqual(catalogueJsonSchema());
  });
});

describe('a draft of the tools of a server', () => {
  it('holds every tool as critical_write, and cannot be used as it stands', async () => {
    const executor = mcpExecutor({ servers: { h: hostile().server } });
    const shown = await executor.catalogue({ signal: calm });
    await executor.close();
    const draft = draftCatalogue(shown);
    const names = Object.keys(shown.pins).filter((name) => name !== 'h/*');
    expect(draft.match(/class: critical_write/g)).toHaveLength(names.length);
    expect(draft).not.toMatch(/class: (?!critical_write)/);
    expect(draft).toContain('# says: does good');
    const faults = faultsOf(draft);
    expect(faults).toHaveProperty(['/actions/0/categories']);
  });
});
