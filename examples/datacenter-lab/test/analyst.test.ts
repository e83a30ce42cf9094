import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { messagesApi, type Sent, says } from '../../../packages/llm-anthropic/test/messagesApi.js';
import { analysingBy } from '../src/demo/analyst.js';
import { monitoring } from '../src/demo/people.js';
import { openStage } from '../src/demo/stage.js';
import { playServiceDown } from '../src/demo/useCases.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

function demo(env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<{ code: number; stderr: string }> {
  const program = [
    '--conditions=@remit/source',
    '--import',
    'tsx',
    'examples/datacenter-lab/src/demo/main.ts',
    ...args,
  ];
  return new Promise((resolve) => {
    execFile(process.execPath, program, { cwd: ROOT, env: { PATH: process.env.PATH, ...env } }, (error, _, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stderr }),
    );
  });
}

describe('npm run demo -- --analyst', () => {
  it('says how to set the key where there is none, and which analysts there are', async () => {
    const without = await demo({}, '--analyst', 'anthropic');
    expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining('ANTHROPIC_API_KEY=') });
    const other = await demo({}, '--analyst', 'oracle');
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('--analyst runbook') });
    expect((await demo({}, '--analist', 'runbook')).code).toBe(2);
  });
});

describe('a model in front of the lab', () => {
  const proposal = {
    reads: [],
    summary: 'The web service ended.',
    root_cause: 'it crashed',
    hypotheses: [{ cause: 'it crashed', probability: 0.9 }],
    plan: [{ action: 'restart_service', arguments_json: '{"service":"web"}' }],
    evidence: ['it does not answer'],
    what_would_change_my_mind: 'An answer.',
  };
  const asked: Sent[] = [];
  const ends: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const end of ends.splice(0)) await end();
  });

  it('finds out what to do until it is learned, and is not asked any more from then on', async () => {
    const api = await messagesApi([
      (response, sent) => {
        asked.push(sent);
        says(sent.body.messages.length > 1 ? { against: [], probability: 0.95 } : proposal)(response);
      },
    ]);
    ends.push(api.close);
    const env = { ANTHROPIC_API_KEY: 'test', ANTHROPIC_BASE_URL: api.baseURL, REMIT_MODEL: 'm' };
    const stage = await openStage(analysingBy('anthropic', env));
    ends.unshift(() => stage.close());
    const said: string[] = [];
    await playServiceDown(stage, (line) => void said.push(line));
    const models = stage.rows.length;
    expect(models).toBeGreaterThan(0);
    expect(asked[0]?.body.system[0]?.text).toContain('restart_service');
    const tickets = [...new Set(stage.rows.map(({ ticketId }) => ticketId))];
    const views = await Promise.all(tickets.map((ticketId) => stage.remit.ticket(monitoring, ticketId)));
    const byModel = views.map(({ ticket }) => ticket.assessment?.analysis.analyst === 'anthropic');
    // Two questions for each of the first tickets, and none any more as soon as the fix is proven.
    expect(asked.length).toBe(2 * byModel.filter(Boolean).length);
    const learnedAt = byModel.indexOf(false);
    expect([learnedAt > 0, byModel.slice(learnedAt).includes(true)]).toEqual([true, false]);
  }, 120_000);
});
