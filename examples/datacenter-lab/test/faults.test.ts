import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemNames } from '../src/systems/system.js';
import { type FaultCase, faultCases } from './cases.js';
import { eventually, openLab } from './harness.js';

let opened: Awaited<ReturnType<typeof openLab>>;
beforeAll(async () => {
  opened = await openLab();
});
afterEach(() => opened.lab.heal());
afterAll(() => opened?.close());

const allSystems: string[] = Object.values(systemNames).flat();
const firstOfKind: string[] = Object.values(systemNames).map(([name]) => name);

async function findSick(): Promise<string[]> {
  const probes = await Promise.all(allSystems.map(async (name) => ({ name, ok: (await opened.lab.probe(name)).ok })));
  return probes.filter((probe) => !probe.ok).map((probe) => probe.name);
}

const shows = (each: FaultCase) => (status: Record<string, unknown>) =>
  !each.healthy(status) && Object.entries(each.broken).every(([field, value]) => status[field] === value);

const readStatus = (each: FaultCase) => opened.session.call(...each.read);

describe('every fault', () => {
  it('has a case here', () => {
    expect(faultCases.map((each) => each.fault).sort()).toEqual([...opened.lab.faults].sort());
  });

  it.each(faultCases.filter((each) => firstOfKind.includes(each.system)))(
    '$fault shows, spares every other system and is repaired',
    async (each: FaultCase) => {
      const { lab, session } = opened;
      await eventually(() => readStatus(each), each.healthy);
      expect(await lab.probe(each.system)).toMatchObject({ ok: true });

      await lab.inject(each.fault);
      await eventually(() => readStatus(each), shows(each));
      // A busy machine may be late once; a system that stays sick fails here.
      const expected = each.usersNotice ? [each.system] : [];
      await eventually(findSick, (sick) => sick.join() === expected.join());
      // It does not go away by itself.
      await eventually(() => readStatus(each), shows(each));

      await each.repair(session);
      await eventually(() => readStatus(each), each.healthy);
      await eventually(findSick, (sick) => sick.length === 0);
    },
  );

  it('shows and is repaired on the other systems too, many at a time', async () => {
    const { lab, session } = opened;
    const breakAndRepair = async (each: FaultCase) => {
      await lab.inject(each.fault);
      await eventually(() => readStatus(each), shows(each));
      await eventually(
        () => lab.probe(each.system),
        (probe) => probe.ok === !each.usersNotice,
      );
      await each.repair(session);
      await eventually(() => readStatus(each), each.healthy);
      await eventually(
        () => lab.probe(each.system),
        (probe) => probe.ok,
      );
    };
    const others = allSystems.filter((name) => !firstOfKind.includes(name));
    await Promise.all(
      others.map(async (system) => {
        for (const each of faultCases.filter((every) => every.system === system)) await breakAndRepair(each);
      }),
    );
  });
});
