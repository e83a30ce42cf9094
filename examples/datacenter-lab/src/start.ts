import { join } from 'node:path';
import { sqliteStorage } from '@remit/adapter-sqlite';
import { byToken, serveRemit, threeHolders } from '@remit/cli';
import { createRemit } from '@remit/core';
import { mcpExecutor } from '@remit/executor-mcp';
import { labCatalogue } from './catalogue.js';
import { startLab } from './lab.js';

const HELP = `npm start [-- --port N]
Starts the lab (small real systems), Remit on a SQLite file, its API and a page, all on loopback. Ctrl-C ends all.`;

const API_BASE = '/api/v1';
const DEFAULT_PORT = 4100;

function portOf(args: readonly string[]): number {
  const at = args.indexOf('--port');
  const port = at < 0 ? DEFAULT_PORT : Number(args[at + 1]);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  console.error(`--port ${args[at + 1]} is not a port; use 0 to 65535.`);
  process.exit(2);
}

async function start(args: readonly string[]): Promise<void> {
  const port = portOf(args);
  const lab = await startLab();
  const file = join(lab.folder, 'remit.sqlite');
  const storage = await sqliteStorage({ file });
  const executor = mcpExecutor({ servers: { lab: lab.mcpServer() } });
  const remit = createRemit({ storage, executor, catalogue: labCatalogue });
  remit.events.on('trouble', ({ where, error }) => console.error(`trouble in ${where}:`, error));
  await remit.start();
  const { submitter, approver, operator } = threeHolders('default');
  const listening = await serveRemit(remit, byToken([submitter, approver, operator]), { port });
  const api = `${listening.url}${API_BASE}`;

  if (listening.insteadOf !== null) console.log(`Port ${listening.insteadOf} is taken; using ${listening.port}.`);
  const bearer = (token: string): string => `-H 'authorization: Bearer ${token}'`;
  const json = `-H 'content-type: application/json'`;
  const ticket = `{"ticket_id":"INC-001","description":"Web service not responding","category":"server","targets":["service:web"],"enable_auto_remediation":true}`;
  const resolution = `{"text":"restarted it","actions":[{"action":"restart_service","arguments":{"service":"web"}}]}`;
  console.log(`
API        ${api}
Page       ${listening.url}/console
Store      ${file}
Lab        ${lab.url}

Tokens
  submitter  ${submitter.token}
  approver   ${approver.token}
  operator   ${operator.token}
  lab        ${lab.token}

Break something (faults: ${lab.faults.join(', ')}):
  curl -X POST ${bearer(lab.token)} ${lab.url}/lab/faults/web-crash

Hand its ticket in, and wait for the decision:
  curl -X POST ${bearer(submitter.token)} ${json} -H 'prefer: wait=10' ${api}/tickets -d '${ticket}'

The first time nothing is known, so a person fixes it, and Remit learns:
  curl -X POST ${bearer(lab.token)} ${lab.url}/lab/processes/web/restart
  curl -X POST ${bearer(operator.token)} ${json} ${api}/tickets/INC-001/resolve -d '${resolution}'
  curl -X POST ${bearer(approver.token)} ${json} ${api}/feedback -d '{"ticket_id":"INC-001","feedback_type":"positive","rating":5}'

From the second time on it asks. Break it again, hand it in as INC-002 (an id that is known answers the old ticket), and
approve on the page with the approver's token:
  curl -X POST ${bearer(lab.token)} ${lab.url}/lab/faults/web-crash
  curl -X POST ${bearer(submitter.token)} ${json} -H 'prefer: wait=10' ${api}/tickets -d '${ticket.replace('INC-001', 'INC-002')}'
  ${listening.url}/console#/tickets/INC-002

Ctrl-C ends everything and deletes the store.`);

  let stopping = false;
  async function stop(): Promise<void> {
    if (stopping) return;
    stopping = true;
    await listening.close();
    await remit.close();
    await lab.stop();
    process.exit(0);
  }
  process.on('SIGINT', () => void stop());
  process.on('SIGTERM', () => void stop());
}

const args = process.argv.slice(2);
if (args.includes('--help')) console.log(HELP);
else await start(args);
