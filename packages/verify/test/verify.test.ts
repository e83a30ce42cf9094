import { readFileSync } from 'node:fs';
import { defaultPolicy } from '@remit/core';
import { memoryStorage } from '@remit/core/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { labCatalogue } from '../../../examples/datacenter-lab/src/catalogue.js';
import { allGuarantees, sayReport, type VerifyOptions, verifyGuarantees } from '../src/index.js';
import { everyKind, LISTED, labAction } from './catalogues.js';

const resultOf = async (id: string, options: Partial<VerifyOptions>) => {
  const report = await verifyGuarantees({ catalogue: everyKind, ...options, only: [id] });
  return { ...report.guarantees[0], passed: report.passed, notTried: report.notTried };
};

describe("the lab's catalogue", () => {
  it('holds every guarantee that can be tried on it, and each one is shown to be able to fail', async () => {
    const report = await verifyGuarantees({ catalogue: labCatalogue });
    expect(report.guarantees.filter(({ result }) => result === 'broken')).toEqual([]);
    expect(report.guarantees.filter(({ control }) => control === 'not_caught')).toEqual([]);
    const open = report.guarantees.filter(({ result }) => result === 'not_applicable').map(({ id }) => id);
    expect(open).toEqual(['tools_listed', 'chain_own_store', 'secret_kept']);
    expect(report.counted.held).toBeGreaterThanOrEqual(20);
    expect([report.passed, report.notTried]).toEqual([true, []]);
    expect(sayReport(report).at(-1)).toBe('Every guarantee that could be tried holds.');
  });
});

describe('what is reported', () => {
  it('is no pass where nothing could be tried', async () => {
    const report = await verifyGuarantees({ catalogue: { actions: [], runbooks: [] }, only: ['opt_in'] });
    expect(report).toMatchObject({ passed: false, counted: { held: 0, notApplicable: 1 } });
    expect(sayReport(report)).toContain('       Not tried: No write of the catalogue can be tried.');
  });

  it('is a failure where taking the protection out changes nothing', async () => {
    const blind: Partial<VerifyOptions> = { parts: (subject) => ({ ...subject, catalogue: everyKind, policies: {} }) };
    const weak = await resultOf('monotonic', blind);
    expect(weak).toMatchObject({ result: 'holds', control: 'not_caught', passed: false });
  });

  it('names the actions that cannot be tried, and takes samples for them', async () => {
    const entry = {
      ...labAction('restart_service'),
      arguments: z.strictObject({ service: z.string(), ticket: z.string().regex(/^CHG-\d+$/) }),
    };
    const catalogue = { actions: [entry], runbooks: [] };
    const without = await resultOf('opt_in', { catalogue });
    expect(without).toMatchObject({ result: 'not_applicable', passed: false });
    expect(without.notTried[0]?.because).toContain('Name some under `samples`');
    const samples = { restart_service: { service: '', ticket: 'CHG-1' } };
    expect(await resultOf('opt_in', { catalogue, samples })).toMatchObject({ result: 'holds', passed: true });
  });

  it('names an action that can never run, as its checks contradict each other', async () => {
    const entry = labAction('restart_service');
    const never = { tool: 'lab/service_status', arguments: { service: '$target' } };
    const prechecks = [{ ...never, expect: [{ path: '/state', equals: 'running' }] }];
    const { notTried } = await resultOf('opt_in', { catalogue: { actions: [{ ...entry, prechecks }], runbooks: [] } });
    expect(notTried[0]?.because).toContain('contradict each other');
  });
});

describe("a host's own policies", () => {
  const policies = (change: Partial<ReturnType<typeof defaultPolicy>>) => ({
    storage: { ...defaultPolicy('storage'), ...change },
    security: defaultPolicy('security'),
  });

  it('are not held to asking where they were opened up', async () => {
    const opened = await resultOf('policy_asks', { policies: policies({ requiresApproval: false }) });
    expect(opened).toMatchObject({ result: 'not_applicable' });
    const own = await resultOf('self_approval', { policies: policies({ selfApproval: true }) });
    expect(own).toMatchObject({ result: 'not_applicable' });
    const on = { ...policies({}), security: { ...defaultPolicy('security'), enabled: true } };
    expect(await resultOf('category_off', { policies: on })).toMatchObject({ result: 'not_applicable' });
  });

  it('set the rate that is held', async () => {
    const two = await resultOf('rate_limit', { policies: policies({ maxActionsPerHour: 2 }) });
    expect(two).toMatchObject({ result: 'holds', controlSays: expect.stringContaining('the limit is 2') });
  });
});

describe('broken parts of a host', () => {
  it.each([
    ['a store that counts no slots', 'rate_limit'],
    ['a store that counts no slots', 'loop'],
  ])('%s breaks %s', async (_, id) => {
    const found = await resultOf(id, {
      async openStore(clock) {
        const storage = memoryStorage({ clock });
        return { ...storage, slots: { reserve: async () => ({ kind: 'reserved' as const }) } };
      },
    });
    expect(found).toMatchObject({ result: 'broken', control: null, passed: false });
  });

  it('a server that lists one tool less, or says that a read writes, breaks tools_listed', async () => {
    expect(await resultOf('tools_listed', { tools: LISTED })).toMatchObject({ result: 'holds', control: 'caught' });
    const { 'lab/backup_status': _, ...pins } = LISTED.pins;
    const gone = await resultOf('tools_listed', { tools: { ...LISTED, pins } });
    expect(gone).toMatchObject({ result: 'broken', because: expect.stringContaining('lab/backup_status') });
    const readOnly = { ...LISTED.readOnly, 'lab/volume_status': false };
    expect(await resultOf('tools_listed', { tools: { ...LISTED, readOnly } })).toMatchObject({ result: 'broken' });
    const down = { pins: {}, readOnly: {}, unreachable: { lab: 'it is down' } };
    expect(await resultOf('tools_listed', { tools: down })).toMatchObject({ result: 'not_applicable' });
  });
});

describe('the guide', () => {
  it('names every guarantee', () => {
    const guide = readFileSync(new URL('../../../docs/SECURITY.md', import.meta.url), 'utf8');
    expect(
      allGuarantees()
        .map(({ id }) => id)
        .filter((id) => !guide.includes(`\`${id}\``)),
    ).toEqual([]);
  });
});
