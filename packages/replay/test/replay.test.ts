import { describe, expect, it } from 'vitest';
import { type ClosedTicket, type ReplayReport, replayFile, reportHtml } from '../src/index.js';
import { leakTest } from '../src/leakTest.js';
import { GuaranteedPolicy, type ReplayedPolicy, seedPolicy } from '../src/play/policies.js';
import { knownFrom, replayTickets } from '../src/play/replayTickets.js';
import { closed, DAY, HOUR, jsonLines, written } from './made.js';

const PROBLEMS = ['disk', 'memory', 'certificate', 'login', 'print', 'share', 'queue', 'cron'];

/** So many tickets, three hours apart, problem after problem; `change` says what differs. */
function tickets(count: number, change: (index: number) => Partial<ClosedTicket> = () => ({})): ClosedTicket[] {
  return Array.from({ length: count }, (_, index) => {
    const problem = PROBLEMS[index % PROBLEMS.length] ?? '';
    return closed(3 * index, { problem, resolution: `fix ${problem}`, ...change(index) });
  });
}

const patternsOf = (all: readonly ClosedTicket[]) =>
  all.map(({ problem }) => ({ pattern: problem ?? '', similarity: 1 }));

function replayed(all: readonly ClosedTicket[], policy: ReplayedPolicy) {
  return replayTickets({ tickets: all, patterns: patternsOf(all) }, [policy]);
}

async function reportOf(all: readonly ClosedTicket[], alphas = [0.1]): Promise<ReplayReport> {
  return replayFile(written('tickets.jsonl', jsonLines(all)), { alphas });
}

describe('replayTickets', () => {
  it('decides with what was known at that moment: an end counts only after its soak', () => {
    const slow = tickets(12, () => ({ problem: 'disk', resolvedMs: Date.UTC(2026, 0, 2) }));
    const late = closed(49, { problem: 'disk', ticketId: 'LATE' });
    const early = closed(47, { problem: 'disk', ticketId: 'EARLY' });
    const all = replayed([...slow, early, late], seedPolicy());
    expect(all.find(({ ticket }) => ticket.ticketId === 'EARLY')?.proposal).toBeNull();
    expect(all.find(({ ticket }) => ticket.ticketId === 'LATE')?.proposal?.action).toBe('fix disk');
    expect(knownFrom(late) - late.openedMs).toBe(HOUR + DAY);
  });

  it('keeps as unknown what people did otherwise, and as failed what was reopened', () => {
    const all = replayed(
      tickets(200, (index) => ({
        problem: 'disk',
        resolution: index % 10 === 9 ? 'another' : 'fix',
        reopened: index % 10 === 5,
      })),
      seedPolicy(),
    ).filter(({ proposal }) => proposal);
    for (const { ticket, outcome } of all) {
      const index = Number(ticket.ticketId.slice(2)) / 3;
      expect(outcome).toBe(index % 10 === 9 ? 'unknown' : index % 10 === 5 ? 'failed' : 'worked');
    }
  });

  it('opens the gate by clean evidence, and never where everything is unknown or fails', () => {
    const good = new GuaranteedPolicy(0.1);
    const autos = replayed(tickets(800), good).filter(({ said }) => said[0]?.route === 'auto');
    expect(autos.length).toBeGreaterThan(100);
    expect(good.book.changes[0]?.bound).not.toBeNull();
    for (const change of [
      (index: number) => ({ resolution: `${index}` }),
      () => ({ reopened: true }),
      (index: number) => ({ resolution: index % 3 === 0 ? `${index}` : 'fix' }),
    ]) {
      const bad = new GuaranteedPolicy(0.1);
      expect(replayed(tickets(800, change), bad).some(({ said }) => said[0]?.route === 'auto')).toBe(false);
      expect(bad.book.changes).toEqual([]);
    }
  });

  it('takes a fix off that breaks after at most five wrong ones', () => {
    const broken = (index: number) => index >= 600 && index % PROBLEMS.length === 0;
    const all = replayed(
      tickets(1_000, (index) => ({ reopened: broken(index) })),
      new GuaranteedPolicy(0.1),
    );
    const wrong = all.filter(({ said, outcome }) => said[0]?.route === 'auto' && outcome === 'failed');
    expect(wrong.length).toBeGreaterThan(0);
    expect(wrong.length).toBeLessThanOrEqual(5);
    const others = all.slice(700).filter(({ said, outcome }) => said[0]?.route === 'auto' && outcome === 'worked');
    expect(others.length).toBeGreaterThan(50);
  });

  it('stays within the budget of known wrong ones in 30 days', () => {
    const policy = new GuaranteedPolicy(0.25);
    const all = replayed(
      tickets(2_000, (index) => ({ reopened: index > 700 && index % 5 === 0 })),
      policy,
    );
    const autos = all.filter(({ said }) => said[0]?.route === 'auto');
    for (const { ticket } of autos) {
      const window = autos.filter(
        (one) => one.ticket.openedMs <= ticket.openedMs && one.ticket.openedMs > ticket.openedMs - 30 * DAY,
      );
      const known = window.filter(
        ({ ticket: of, outcome }) => outcome === 'failed' && knownFrom(of) <= ticket.openedMs,
      );
      expect(known.length).toBeLessThanOrEqual(Math.max(3, 0.25 * window.length));
    }
  });
});

describe('leakTest', () => {
  const all = tickets(400, (index) => ({ reopened: index % 9 === 0, resolvedMs: closed(3 * index + 30).openedMs }));
  const stream = { tickets: all, patterns: patternsOf(all) };

  it('finds nothing where decisions use the past alone', () => {
    const found = leakTest(stream, () => [seedPolicy(), new GuaranteedPolicy(0.1)]);
    expect(found).toMatchObject({ decisions: 200, different: 0 });
    expect(found.exchanged).toBeGreaterThan(5);
  });

  it('counts every decision that changes with ends that were not known yet', () => {
    let replays = 0;
    const found = leakTest(stream, () => {
      replays += 1;
      const policy = seedPolicy();
      // Stands for a policy that has seen the ends: what it says changes with them.
      return [{ ...policy, decide: (moment) => ({ ...policy.decide(moment), rank: replays }) }];
    });
    expect(found.different).toBe(found.decisions);
  });
});

describe('replayFile', () => {
  const mixed = tickets(1_600, (index) => ({
    resolution: index % 23 === 0 ? 'by hand' : `fix ${PROBLEMS[index % PROBLEMS.length]}`,
    reopened: index % 41 === 0,
    category: index % 2 === 0 ? 'server' : 'network',
  }));

  it('gives bounds that a few independent lines recompute', async () => {
    const report = await reportOf(mixed);
    const [gate] = report.guaranteed;
    const all = replayed(mixed, new GuaranteedPolicy(0.1));
    const autos = all.filter(({ said }) => said[0]?.route === 'auto');
    const bad = { known: 0, unknown: 0 };
    for (const { ticket, proposal } of autos) {
      if (ticket.resolution !== proposal?.action) bad.unknown += 1;
      else if (ticket.reopened) bad.known += 1;
    }
    expect(autos.length).toBeGreaterThan(100);
    expect(bad.known * bad.unknown).toBeGreaterThan(0);
    expect(gate?.autos).toMatchObject({ n: autos.length, failed: bad.known, unknown: bad.unknown });
    expect(gate?.wrong.least.rate).toBeCloseTo(bad.known / autos.length, 12);
    expect(gate?.wrong.most.rate).toBeCloseTo((bad.known + bad.unknown) / autos.length, 12);
    expect(report.repeating.n).toBe(mixed.length - 5 * PROBLEMS.length);
    const right = autos.length - bad.known - bad.unknown;
    expect(gate?.coverage.least.rate).toBeCloseTo(right / report.repeating.n, 12);
    const last = gate?.curve.points.at(-1);
    const ranked = all.filter(({ said, earlier }) => earlier >= 5 && said[0]?.rank !== null);
    expect(last?.coverage).toBeCloseTo(ranked.length / report.repeating.n, 12);
    const notRight = ranked.filter(({ outcome }) => outcome !== 'worked').length;
    expect(last?.riskMost).toBeCloseTo(notRight / ranked.length, 12);
    expect(gate?.routes.auto).toBe(autos.length);
    expect(report.leakTest.different).toBe(0);
  });

  it('says how many supervised runs are missing, that none would do, or that nothing is missing', async () => {
    const verdicts = async (change: (index: number) => Partial<ClosedTicket>, count: number, alpha: number) =>
      (await reportOf(tickets(count, change), [alpha])).guaranteed[0]?.verdict;
    expect(await verdicts(() => ({}), 800, 0.1)).toMatchObject({ certifiable: true, runsNeeded: 0 });
    const soon = await verdicts(() => ({}), 160, 0.02);
    expect(soon?.certifiable).toBe(false);
    expect(soon?.runsNeeded).toBeGreaterThanOrEqual(soon?.cleanRunsNeeded ?? Number.POSITIVE_INFINITY);
    expect(soon?.sentence).toMatch(/about \d+ more supervised runs/);
    const never = await verdicts((index) => ({ resolution: index % 8 < 2 ? 'x' : 'y', problem: 'disk' }), 800, 0.02);
    expect(never).toMatchObject({ certifiable: false, runsNeeded: null });
    expect(never?.sentence).toContain('never carries');
  });

  it('shows how much hangs on the unknown ones', async () => {
    const report = await reportOf(
      tickets(1_600, (index) => ({ resolution: index % 5 === 4 ? 'x' : 'y' })),
      [0.1],
    );
    const [gate] = report.guaranteed;
    expect(gate?.autos.n).toBe(0);
    expect(gate?.ifUnknownsHadWorked.autos.n).toBeGreaterThan(100);
  });

  it('is the same twice, and written as one page without anything from elsewhere', async () => {
    const file = written('<img src=x>.jsonl', jsonLines(mixed));
    const [one, two] = [await replayFile(file, { alphas: [0.1] }), await replayFile(file, { alphas: [0.1] })];
    expect(two).toEqual(one);
    const html = reportHtml(one);
    expect(html).not.toMatch(/<script|<link|<img|https?:|url\(/i);
    expect(html.match(/<svg viewBox/g)).toHaveLength(3);
    expect(html).toContain('&lt;img src=x&gt;');
    expect(html).not.toMatch(/NaN|undefined|\[object/);
    expect(JSON.parse(JSON.stringify(one))).toMatchObject({ tickets: 1_600, proposer: expect.any(String) });
  });

  it('tells what it assumed where a file does not say', async () => {
    const text = tickets(60)
      .map(({ ticketId, openedMs }) =>
        JSON.stringify({ ticket_id: ticketId, opened_at: new Date(openedMs).toISOString(), resolution: 'fix' }),
      )
      .join('\n');
    const { assumptions, seed } = await replayFile(written('t.jsonl', text), { alphas: [] });
    expect(assumptions.join(' ')).toMatch(/does not tell reopened tickets.*does not tell when tickets were resolved/);
    expect(seed.autos.n).toBe(0);
  });
});
