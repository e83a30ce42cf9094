import type { EventWire } from '@remit/http';
import { describe, expect, test } from 'vitest';
import { CHUNK_ROWS, chunkCount, ROW_ESTIMATE_PX, windowOf } from '../src/view/chunks.js';
import { saysFailed, toFeedback } from '../src/view/feedback.js';
import { lookOf } from '../src/view/level.js';
import { filterRows, followLinks, lookOfRow } from '../src/view/log.js';
import { ringDash } from '../src/view/ring.js';
import { clampPercent, fill, oneDecimal } from '../src/view/text.js';
import { manyRows, RUN, row } from './rows.js';

describe('levels and numbers', () => {
  test('what is not known is quiet, never green', () => {
    for (const level of [null, 'excellent', 'constructor']) expect(lookOf(level).tone).toBe('quiet');
  });

  test('a number that is none is an empty ring and a dash', () => {
    for (const none of [null, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(oneDecimal(none)).toBe('–');
      expect(ringDash(none)).toMatch(/^0\.00 /);
    }
    expect([clampPercent(-3), clampPercent(120), clampPercent('50')]).toEqual([0, 100, 0]);
  });

  test('a name without a value stays visible', () => {
    expect(fill('{a} of {n}', { a: 1 })).toBe('1 of {n}');
  });
});

describe('a long list', () => {
  const rows = 10_000;
  test('draws a few chunks, and what is left out is as high as it is', () => {
    for (const scrollPx of [0, 5_000, 300_000, 619_000]) {
      const { first, last, beforePx, afterPx } = windowOf({ rows, measured: [] }, scrollPx, 600);
      const drawn = (last - first + 1) * CHUNK_ROWS * ROW_ESTIMATE_PX;
      expect(last - first).toBeLessThan(4);
      expect(beforePx + drawn + afterPx).toBe(rows * ROW_ESTIMATE_PX);
      expect(beforePx).toBeLessThanOrEqual(scrollPx);
      expect(beforePx + drawn).toBeGreaterThanOrEqual(Math.min(scrollPx + 600, rows * ROW_ESTIMATE_PX));
    }
  });

  test('goes by what was measured', () => {
    expect(windowOf({ rows, measured: [9_000] }, 9_600, 600)).toMatchObject({ first: 1, beforePx: 9_000 });
  });

  test('scrolled past its end, or empty', () => {
    expect(windowOf({ rows: 30, measured: [] }, 1e6, 600)).toMatchObject({ first: 2, last: 2 });
    expect(windowOf({ rows: 0, measured: [] }, 0, 600)).toMatchObject({ first: -1, last: -1 });
    expect(chunkCount(0)).toBe(0);
  });
});

/** Every type that a row can have: a new one does not compile here until it has a look. */
const TYPES: Readonly<Record<EventWire['type'], true>> = {
  proposed: true,
  approval_requested: true,
  approval_given: true,
  approval_refused: true,
  approval_attempt_refused: true,
  approval_escalated: true,
  claimed: true,
  cleared: true,
  deferred: true,
  approval_consumed: true,
  action_intended: true,
  action_settled: true,
  reconciled: true,
  reconciliation_answered: true,
  taken_over: true,
  validated: true,
  stopped: true,
  rollback_started: true,
  undo_validated: true,
  late_reply: true,
  succeeded: true,
  rolled_back: true,
  failed: true,
  needs_reconciliation: true,
  rejected: true,
  expired: true,
  halted: true,
  withdrawn: true,
  recovered: true,
  manual: true,
  suggested: true,
  superseded: true,
};

describe('rows of a log', () => {
  test('every type has a look of its own; one of a newer version is quiet', () => {
    const unknown = lookOfRow(row(1, { type: 'tomorrow' }, ''));
    expect(unknown.tone).toBe('quiet');
    const types = Object.keys(TYPES).filter((type) => type !== 'claimed');
    for (const type of types) expect([type, lookOfRow(row(1, { type }, ''))]).not.toEqual([type, unknown]);
  });

  test('what failed or is not known is not green, whatever the type', () => {
    const settled = (outcome: string) => lookOfRow(row(1, { type: 'action_settled', outcome }, '')).tone;
    expect([settled('committed'), settled('failed'), settled('unknown')]).toEqual(['good', 'bad', 'warn']);
    expect(lookOfRow(row(1, { type: 'validated', passed: false }, '')).tone).toBe('bad');
  });

  test('links are followed for each remediation by itself', () => {
    const other = RUN.map((each) => ({ ...each, remediation_id: 'rem-2' }));
    const mixed = RUN.flatMap((each, index) => [each, other[index] ?? each]);
    expect(followLinks(mixed)).toEqual({ intact: true, rows: 16 });
    expect(followLinks(RUN.filter(({ seq }) => seq !== 4))).toMatchObject({ intact: false, row: { seq: 5 } });
    expect(followLinks(RUN.slice(1))).toMatchObject({ intact: false, row: { seq: 2 } });
    const forged = RUN.map((each) => (each.seq === 6 ? { ...each, previous_hash: 'forged' } : each));
    expect(followLinks(forged)).toMatchObject({ intact: false, row: { seq: 6 } });
    expect(followLinks([])).toEqual({ intact: true, rows: 0 });
  });

  test('an empty filter is the list itself', () => {
    const rows = manyRows(50);
    expect(filterRows(rows, { kind: null, text: ' ' })).toBe(rows);
  });
});

describe('feedback', () => {
  const draft = {
    rating: 2,
    feedback_type: null,
    was_helpful: null,
    resolution_accurate: null,
    actions_worked: null,
    comment: ' ',
    what_worked: '',
    what_didnt_work: '',
    suggestions: '',
    actual_resolution: 'more memory',
    time_to_resolve: '-3',
  } as const;

  test('few stars are negative; blanks and senseless minutes are nothing', () => {
    const sent = toFeedback(draft, { ticketId: 'INC-1', remediationId: 'rem-1' });
    expect(sent).toMatchObject({
      feedback_type: 'negative',
      comment: null,
      time_to_resolve: null,
      actual_resolution: 'more memory',
      remediation_id: 'rem-1',
    });
  });

  test('a fix that is hidden again because all went well is not sent', () => {
    expect(saysFailed({ ...draft, rating: 5 })).toBe(false);
    expect(
      toFeedback({ ...draft, rating: 5 }, { ticketId: 'INC-1', remediationId: null }).actual_resolution,
    ).toBeNull();
    expect(saysFailed({ ...draft, rating: 5, actions_worked: false })).toBe(true);
  });
});
