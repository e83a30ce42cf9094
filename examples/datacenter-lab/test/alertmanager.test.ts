import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteStorage } from '@remit/adapter-sqlite';
import { createRemit, type IncidentReport, type Principal, type TicketRecord } from '@remit/core';
import { shiftedClock } from '@remit/core/testing';
import { mcpExecutor } from '@remit/executor-mcp';
import { byBearer, createHandler, fromAlertmanager, toNodeListener } from '@remit/http';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort, onPath, startService } from '../../../test/services.js';
import { labCatalogue } from '../src/catalogue.js';
import { startLab } from '../src/lab.js';

/* Debian's Alertmanager tells a Remit that really listens of what really breaks in the lab. */

const TOKEN = 'a token of enough letters';
const TENANT = 'lab';
const TIME_LIMIT_MS = 120_000;
const program = onPath('prometheus-alertmanager');

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const person = (id: string): Principal => ({
  id,
  tenant: TENANT,
  scopes: ['tickets:read', 'tickets:write', 'feedback:write', 'remediation:approve'],
});

/** The lab, and a Remit before it that takes in what Alertmanager sends. */
async function openRemit() {
  const folder = mkdtempSync(join(tmpdir(), 'remit-alerts-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  const lab = await startLab();
  ends.push(() => lab.stop());
  const clock = shiftedClock();
  const storage = await sqliteStorage({ file: join(folder, 'remit.sqlite'), clock });
  const executor = mcpExecutor({ servers: { lab: lab.mcpServer() } });
  const remit = createRemit({ storage, executor, catalogue: labCatalogue, clock });
  await remit.start();
  ends.push(() => remit.close());
  const reports: (IncidentReport & { readonly said: string })[] = [];
  remit.events.on('incident_reported', (report) => void reports.push(report));
  // #region source
  const alertmanager = {
    principal: {
      id: 'alertmanager',
      tenant: TENANT,
      scopes: ['tickets:write', 'tickets:read', 'tickets:opt_in'],
    },
    verify: byBearer(TOKEN),
    read: fromAlertmanager({
      category: 'server',
      targets: ({ service }) => [`service:${service}`],
      // The operator's rule, not the alert's: writes may be proposed for services that are down.
      optIn: ({ alertname }) => alertname === 'ServiceDown',
    }),
  };
  const handler = createHandler({ remit, authenticate: () => null, ingest: { alertmanager } });
  // #endregion
  const server = createServer(toNodeListener(handler));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/ingest/alertmanager`;
  const order = async (path: string): Promise<void> => {
    const answer = await fetch(`${lab.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${lab.token}` },
    });
    expect(answer.ok).toBe(true);
  };
  return {
    folder,
    url,
    remit,
    clock,
    reports,
    crash: () => order('/lab/faults/web-crash'),
    restartByHand: () => order('/lab/processes/web/restart'),
  };
}

/** Alertmanager, telling that address at once. */
async function openAlertmanager(folder: string, webhook: string) {
  const config = {
    route: { receiver: 'remit', group_by: ['...'], group_wait: '1ms', group_interval: '1s', repeat_interval: '1h' },
    receivers: [
      {
        name: 'remit',
        webhook_configs: [
          { url: webhook, send_resolved: true, http_config: { authorization: { type: 'Bearer', credentials: TOKEN } } },
        ],
      },
    ],
  };
  // JSON is YAML.
  writeFileSync(join(folder, 'alertmanager.yml'), JSON.stringify(config));
  const url = `http://127.0.0.1:${await freePort()}`;
  const args = [
    `--config.file=${join(folder, 'alertmanager.yml')}`,
    `--storage.path=${join(folder, 'alerts')}`,
    `--web.listen-address=${url.slice('http://'.length)}`,
    '--cluster.listen-address=',
  ];
  const service = await startService(program ?? '', args, async () => (await fetch(`${url}/-/ready`)).ok);
  ends.push(() => service.stop());
  async function post(incident: string, times: object): Promise<void> {
    const alert = {
      labels: { alertname: 'ServiceDown', service: 'web', incident, severity: 'critical' },
      annotations: { summary: 'Web service not responding', description: 'Web service not responding' },
      ...times,
    };
    const answer = await fetch(`${url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([alert]),
    });
    expect(answer.status).toBe(200);
  }
  const began = new Map<string, string>();
  return {
    fire(incident: string): Promise<void> {
      const startsAt = new Date().toISOString();
      began.set(incident, startsAt);
      return post(incident, { startsAt, endsAt: new Date(Date.now() + 3_600_000).toISOString() });
    },
    end: (incident: string) => post(incident, { startsAt: began.get(incident), endsAt: new Date().toISOString() }),
  };
}

describe('a real Alertmanager', () => {
  it(
    'opens tickets of what breaks, which are handled, and its word that it is over is matched and checked',
    async (context) => {
      if (program === null) return context.skip('there is no prometheus-alertmanager on PATH (Debian has it)');
      const { folder, url, remit, clock, reports, crash, restartByHand } = await openRemit();
      const alertmanager = await openAlertmanager(folder, url);
      const ana = person('ana');
      const isAbout = (incident: string) => (ticket: TicketRecord) =>
        (ticket.metadata['labels'] as { incident: string }).incident === incident;
      /** The newest report of an incident, once there is one of that kind. */
      async function reported(incident: string, said: 'opened' | 'over', result?: string): Promise<IncidentReport> {
        const find = () =>
          reports.findLast(
            (one) =>
              one.said === said && isAbout(incident)(one.ticket) && (result === undefined || one.result === result),
          );
        await expect.poll(find, { timeout: 20_000 }).toBeDefined();
        return find() as IncidentReport;
      }

      // Nothing is known at first: a person mends it, and says so; what they did is confirmed by the reads.
      await crash();
      await alertmanager.fire('first');
      const first = (await reported('first', 'opened')).ticket;
      expect(first.targets).toEqual(['service:web']);
      const unknown = await remit.whenAtRest(ana, first.ticketId, 20_000);
      expect(unknown.remediation?.state).toBe('manual');
      await restartByHand();
      const actions = [{ action: 'restart_service', arguments: { service: 'web' } }];
      const byHand = await remit.resolveTicket(person('bo'), first.ticketId, { text: 'restarted it', actions });
      expect(byHand.ticket.resolution?.confirmed).toBe(true);
      await remit.recordFeedback(person('cem'), { ticketId: first.ticketId, feedbackType: 'positive', rating: 5 });
      await alertmanager.end('first');
      expect(await reported('first', 'over')).toMatchObject({ result: 'known', reason: 'closed' });
      clock.advance(25 * 3_600_000);

      // Now it asks, is approved, and mends it for real.
      await crash();
      await alertmanager.fire('second');
      const { ticket } = await reported('second', 'opened');
      const { remediation } = await remit.whenAtRest(ana, ticket.ticketId, 20_000);
      expect(remediation?.state).toBe('awaiting_approval');
      const { approvalId = '', bindingHash = '' } = remediation?.approval ?? {};
      await remit.answerApproval(ana, ticket.ticketId, { approve: true, approvalId, bindingHash });
      const mended = await remit.whenAtRest(ana, ticket.ticketId, 20_000);
      expect([mended.remediation?.state, mended.ticket.status]).toEqual(['succeeded', 'resolved']);
      await alertmanager.end('second');
      expect(await reported('second', 'over')).toMatchObject({
        result: 'known',
        ticket: { ticketId: ticket.ticketId },
      });

      // The same alert again soon after: its fix did not last. Over again by itself, which the reads confirm.
      await crash();
      await alertmanager.fire('second');
      expect(await reported('second', 'opened', 'reopened')).toMatchObject({ ticket: { ticketId: ticket.ticketId } });
      await alertmanager.end('second');
      expect(await reported('second', 'over', 'left_open')).toMatchObject({ reason: 'fault_shown' });
      await restartByHand();
      await alertmanager.fire('second');
      await reported('second', 'opened', 'known');
      await alertmanager.end('second');
      expect(await reported('second', 'over', 'resolved')).toMatchObject({ reason: 'fault_gone' });
      expect((await remit.ticket(ana, ticket.ticketId)).ticket.reopenings).toMatchObject([{ countsAsFailure: true }]);
    },
    TIME_LIMIT_MS,
  );
});
