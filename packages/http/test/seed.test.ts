import { expect, test } from 'vitest';
import { submit, ticket, until, type World, world } from './servedWorld.js';

/*
 * The requests that the people who asked for Remit wrote down, in their order and as they wrote them, against a real
 * Remit. What is in backquotes is theirs.
 */

/** Sends a request as it stands on paper: a line with method and address, and a body. */
function send({ on }: World, line: string, { body, as }: { body?: string; as?: string } = {}) {
  const [method = '', path = ''] = line.split(' ');
  const json = { 'content-type': 'application/json' };
  return on.send(method, path, { ...(body === undefined ? {} : { raw: body, headers: json }), ...(as ? { as } : {}) });
}

/** An earlier incident that a person fixed as it was proposed. */
async function fixedByHand(w: World, id: string): Promise<void> {
  w.breakWeb();
  await submit(w, ticket(id));
  await until(w, id, ['needs_human', 'awaiting_approval']);
  w.mend();
  const actions = [{ action: 'restart_service', arguments: { service: 'web' } }];
  await w.on.send('POST', `/api/v1/tickets/${id}/resolve`, { body: { text: 'restarted', actions }, as: 'ana' });
  w.nextDay();
}

const SUBMISSION = `{
  "ticket_id": "INC-001",
  "description": "Web service not responding",
  "category": "server",
  "enable_auto_remediation": true
}`;

const FEEDBACK = `{
  "ticket_id": "INC-001",
  "feedback_type": "positive",
  "rating": 5,
  "was_helpful": true,
  "resolution_accurate": true,
  "actions_worked": true,
  "comment": "Perfect! Service is back up.",
  "what_worked": "The service restart fixed it",
  "what_didnt_work": null,
  "suggestions": "Could add health check step",
  "actual_resolution": "Had to increase memory instead",
  "time_to_resolve": 30.0
}`;

test('the requests of the seed work unchanged, from the ticket to the pattern', async () => {
  const w = await world();
  for (const earlier of ['OLD-1', 'OLD-2', 'OLD-3']) await fixedByHand(w, earlier);
  w.breakWeb();

  // # Create ticket with auto-remediation
  const created = await send(w, 'POST /api/v1/tickets', { body: SUBMISSION, as: 'monitoring' });
  expect(created.status).toBe(201);
  expect(created.body).toMatchObject({ ...JSON.parse(SUBMISSION), warnings: [] });

  // # Get enhanced ticket status: returns reliability_score, remediation_decision, etc.
  const waiting = await until(w, 'INC-001', ['awaiting_approval']);
  const read = await send(w, 'GET /api/v1/tickets/INC-001');
  expect(read.body).toMatchObject({
    reliability_score: expect.any(Number),
    confidence_level: expect.stringMatching(/^(very_high|high|medium|low)$/),
    breakdown: {
      ai_confidence: expect.stringMatching(/^\d+%$/),
      human_validation: expect.stringMatching(/^\d+%$/),
      success_history: expect.stringMatching(/^\d+%$/),
      pattern_recognition: expect.stringMatching(/^\d+%$/),
    },
    remediation_decision: { route: 'approval', requires_approval: true },
  });

  // # Approve/reject remediation
  const { approval_id, binding_hash } = (waiting['remediation'] as { approval: Record<string, string> }).approval;
  const yes = JSON.stringify({ approve: true, approval_id, binding_hash, comment: 'go ahead' });
  const path = '/api/v1/tickets/INC-001/approve-remediation';
  expect((await send(w, `POST ${path}`, { body: yes, as: 'gil' })).status).toBe(200);
  await until(w, 'INC-001', ['resolved']);
  expect(w.isUp()).toBe(true);

  // # Get remediation execution logs
  const logs = await send(w, 'GET /api/v1/tickets/INC-001/remediation-logs');
  const types = logs.body.items.map(({ event }) => (event as { type: string }).type);
  expect(types).toEqual(expect.arrayContaining(['action_intended', 'action_settled', 'validated', 'succeeded']));

  // # Submit feedback
  const voted = await send(w, 'POST /api/v1/feedback', { body: FEEDBACK, as: 'ines' });
  expect([voted.status, voted.body['counted'], voted.body['warnings']]).toEqual([201, true, []]);
  expect(Number(voted.body['reliability_score'])).toBeGreaterThan(Number(read.body['reliability_score']));

  // # Get ticket feedback history
  const history = await send(w, 'GET /api/v1/tickets/INC-001/feedback');
  expect(history.body.items).toMatchObject([{ ...JSON.parse(FEEDBACK), author: 'ines' }]);

  // # Reliability statistics, # Auto-remediation statistics
  const reliability = await send(w, 'GET /api/v1/stats/reliability?days=30&category=network');
  expect([reliability.status, reliability.body['days'], reliability.body['category']]).toEqual([200, 30, 'network']);
  const remediation = await send(w, 'GET /api/v1/stats/auto-remediation?days=30');
  expect(remediation.body).toMatchObject({ days: 30, resolved: { with_approval: 1, automatically: 0 } });

  // # View learned patterns
  expect((await send(w, 'GET /api/v1/patterns?category=network&min_occurrences=5')).body.items).toEqual([]);
  const learned = await send(w, 'GET /api/v1/patterns?category=server&min_occurrences=1');
  expect(learned.body.items).toHaveLength(1);
});

test('without the new parameter a ticket behaves as in v1.0: analysis and suggestion, and nothing is executed', async () => {
  const w = await world();
  w.breakWeb();
  const { enable_auto_remediation: _, ...v1 } = JSON.parse(SUBMISSION) as Record<string, unknown>;
  await send(w, 'POST /api/v1/tickets', { body: JSON.stringify(v1), as: 'monitoring' });
  const decided = await until(w, 'INC-001', ['suggested']);
  expect(decided).toMatchObject({
    enable_auto_remediation: false,
    analysis: { summary: expect.any(String), plan: { actions: [{ action: 'restart_service' }] } },
    remediation_decision: { route: 'suggest_only', reason: 'opt_in_missing' },
  });
  expect(w.isUp()).toBe(false);
});

test('the three words that a feedback may be are taken, a fourth is not', async () => {
  const w = await world();
  await submit(w, ticket('INC-001'));
  const vote = (feedback_type: string) =>
    send(w, 'POST /api/v1/feedback', { body: JSON.stringify({ ticket_id: 'INC-001', feedback_type }), as: 'ines' });
  const statuses: number[] = [];
  for (const word of ['positive', 'negative', 'neutral', 'great']) statuses.push((await vote(word)).status);
  expect(statuses).toEqual([201, 200, 200, 400]);
});
