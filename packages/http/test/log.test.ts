import { describe, expect, test } from 'vitest';
import { sayEvent, sayRule } from '../src/index.js';
import { eventToWire, logRowToWire, logRowWire } from '../src/wire.js';
import { EVENTS, HOSTILE_KEYS, LOG } from './fixtures.js';

const CAMEL = /[a-z][A-Z]/;

/** Names of fields at any depth, without what callers and tools own. */
function ourNames(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(ourNames);
  const owned = ['arguments', 'result', 'snapshot', 'snapshot_after', 'evidence', 'metadata', 'pins', 'barred'];
  return Object.entries(value).flatMap(([name, child]) => [name, ...(owned.includes(name) ? [] : ourNames(child))]);
}

describe('the log on the wire', () => {
  test.each(EVENTS.map((event, index) => [event.type, index, event] as const))('%s (%i)', (type, index, event) => {
    const wire = eventToWire(event);
    expect(wire.type).toBe(type);
    expect(ourNames(wire).filter((name) => CAMEL.test(name))).toEqual([]);
    // Nothing is lost: every field is there, under whatever name.
    expect(Object.keys(wire).length).toBeGreaterThanOrEqual(Object.keys(event).length);
    const row = LOG[index];
    if (row) logRowWire.parse(JSON.parse(JSON.stringify(logRowToWire(row))));
  });

  test('keeps the keys of what tools and callers wrote', () => {
    const settled = EVENTS.filter(({ type }) => type === 'action_settled').map(eventToWire)[0];
    expect(settled).toMatchObject({ result: HOSTILE_KEYS, snapshot_after: HOSTILE_KEYS, took_ms: 12.4 });
    const intended = EVENTS.filter(({ type }) => type === 'action_intended').map(eventToWire)[0];
    expect(intended?.['arguments']).toEqual({ serviceName: 'nginx', camelArg: HOSTILE_KEYS });
    const cleared = EVENTS.filter(({ type }) => type === 'cleared').map(eventToWire)[0];
    expect(cleared).toMatchObject({ verdicts: [{ check: 'kill_switch', evidence: HOSTILE_KEYS }] });
  });

  test('tells the score of a proposal as a ticket does', () => {
    expect(EVENTS[0] && eventToWire(EVENTS[0])).toMatchObject({
      enable_auto_remediation: true,
      reliability_score: 87.5,
      breakdown: { ai_confidence: '92%' },
      decision: { route: 'approval', requires_approval: true },
      decision_input: { enable_auto_remediation: true, policy: { min_reliability_score: 85 } },
      standings: [{ action_type: 'restart_service', statistics: { occurrence_count: 3 } }],
    });
  });
});

describe('sentences', () => {
  test('every event says one', () => {
    for (const event of EVENTS) {
      const sentence = sayEvent(event);
      expect(sentence, event.type).toMatch(/^\S.*[^.]\.$/);
      expect(sentence).not.toMatch(/undefined|NaN|\[object/);
    }
  });

  test('say what happened', () => {
    expect(EVENTS.map(sayEvent)).toMatchInlineSnapshot(`
      [
        "A plan of 1 action was proposed (restart_service) with reliability 87.5 (high); the route is approval: The category's policy wants every write approved.",
        "Approval was requested: 2 people have to say yes before 2026-02-01T22:00:00.000Z.",
        "ana approved, saying "go on".",
        "bo rejected it (wrong target).",
        "An answer of tom was refused (approval stale); it changed nothing.",
        "The approval has been waiting for too long; on-call is to be told.",
        "The approval has been waiting for too long; nobody is named to be told.",
        "owner_1 took it up.",
        "The guard cleared step 1: 1 of 1 check said yes.",
        "It was put off until 2026-01-31T22:00:00.000Z: maintenance window.",
        "The approval was used for this run; it is good for no other.",
        "Step 1 (restart_service) is about to be sent: ops/restart on service:nginx.",
        "Step 1 was carried out: restarted (after 12 ms).",
        "It is not known whether the undo of step 1 was carried out (after 5 ms).",
        "Step 2 was not carried out: refused (after 5 ms).",
        "It was established that step 1 was carried out: seen.",
        "It was established that step 1 was not carried out: not seen; it may be sent again.",
        "It could not be established whether step 1 was carried out: unclear.",
        "ana ordered that what was done is taken back.",
        "Validation passed: 1 check holds.",
        "Validation failed: 1 of 2 checks do not hold (ops/status).",
        "Validation passed: there was nothing to check.",
        "The run was stopped before its next action: halted.",
        "Rolling back steps 2, 1, in this order: validation failed.",
        "Validation of the undo of step 1 passed: 1 check holds.",
        "A late reply says that step 1 was carried out: done after all; it changed no state.",
        "It succeeded (some reason). The effect of step 1 stands.",
        "It was rolled back: all that was done was taken back (some reason). The effect of step 1 stands. Taken back: step 1.",
        "It failed (some reason). The effect of step 1 stands.",
        "It needs a person to look and to say how it ends (some reason). The effect of step 1 stands.",
        "It ended because a person rejected it (some reason). The effect of step 1 stands.",
        "It ended because not enough people approved it in time (some reason). The effect of step 1 stands.",
        "It was halted (some reason). The effect of step 1 stands.",
        "It was withdrawn (some reason). The effect of step 1 stands.",
        "It ended because the fault was gone before anything was done (some reason). The effect of step 1 stands.",
        "It was handed to a person (some reason). The effect of step 1 stands.",
        "It ended as a suggestion; nothing is carried out (some reason). The effect of step 1 stands.",
        "It was superseded: the ticket is decided anew (some reason). The effect of step 1 stands.",
      ]
    `);
  });

  test('of rules are true whether or not they apply', () => {
    expect(sayRule({ reason: 'opt_in_missing', applies: true })).toContain('did not opt in');
    expect(sayRule({ reason: 'opt_in_missing', applies: false })).toBe('The ticket opted in.');
    const finding = sayRule({ reason: 'symptom_unproven', applies: false });
    expect(finding).toBe(
      'Nothing shows that the fault is on the target. It changed nothing: the route was as strict already.',
    );
  });
});
