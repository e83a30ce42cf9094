// Starts a lab and an MCP server, hangs a service, says which processes there are, and waits to be killed.
import { spawn } from 'node:child_process';
import { startLab } from '../src/lab.js';
import { readSystems } from './harness.js';

const folder = process.argv[2];
if (folder === undefined) throw new Error('a folder is needed');
const lab = await startLab({ folder });
const { command, args, env } = lab.mcpServer();
const server = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
// Its answer shows that it is up.
server.stdin.write(
  `${JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'owner', version: '0' } },
  })}\n`,
);
server.stdout.once('data', async () => {
  await lab.inject('web-hang');
  const pids = (await readSystems(lab)).map((system) => system.pid);
  console.log(JSON.stringify([...pids, server.pid]));
});
