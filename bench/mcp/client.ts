import {
  Client as Client2,
  StreamableHTTPClientTransport as Transport2,
  UnauthorizedError as Unauthorized2,
} from '@modelcontextprotocol/client';
import { auth } from '@modelcontextprotocol/sdk/client/auth.js';
import { cleared } from '../../packages/conformance/src/executor/clearing.js';
import { fromClient2, mcpExecutor } from '../../packages/executor-mcp/src/index.js';
import { type SignIn, signInFor } from './signIn.js';

/*
 * A client of a scenario of the MCP conformance suite: the executor, which calls every tool that it finds.
 * argv: the generation of the client library, and the server's address.
 */

const [, , generation = '1', address = ''] = process.argv;
const scenario = process.env.MCP_CONFORMANCE_SCENARIO ?? '';
const signIn = signInFor(scenario, JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? '{}'));
const signal = new AbortController().signal;
/** How often a person would sign in anew before giving up. */
const ROUNDS = 3;

function firstGeneration({ provider, takeCode }: SignIn) {
  const executor = mcpExecutor({ servers: { s: { url: address, authProvider: provider } } });
  async function finish(): Promise<boolean> {
    const code = takeCode();
    if (code === null) return false;
    return (await auth(provider, { serverUrl: address, authorizationCode: code })) === 'AUTHORIZED';
  }
  return { executor, finish };
}

async function secondGeneration({ provider, takeCode }: SignIn) {
  const made = () => new Transport2(new URL(address), { authProvider: provider as never });
  const client = new Client2({ name: 'remit', version: '1' }, { inputRequired: { autoFulfill: false } });
  let transport = made();
  async function finish(): Promise<boolean> {
    const code = takeCode();
    if (code === null) return false;
    await transport.finishAuth(code);
    return true;
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    try {
      await client.connect(transport);
      break;
    } catch (error) {
      if (!(error instanceof Unauthorized2) || !(await finish())) throw error;
      transport = made();
    }
  }
  return { executor: mcpExecutor({ servers: { s: { client: fromClient2(client) } } }), finish };
}

const { executor, finish } = generation === '1' ? firstGeneration(signIn) : await secondGeneration(signIn);

async function toolsThere(): Promise<readonly string[]> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const { pins, unreachable } = await executor.catalogue({ signal });
    if (unreachable === undefined) return Object.keys(pins).filter((name) => !name.endsWith('/*'));
    process.stderr.write(`${Object.values(unreachable).join(' ')}\n`);
    if (!(await finish())) break;
  }
  throw new Error('The server cannot be asked.');
}

for (const tool of await toolsThere()) {
  for (let round = 0; round < ROUNDS; round += 1) {
    // Each try is another call with a clearance of its own: the executor itself sends once.
    const args = tool.endsWith('/add_numbers') ? { a: 5, b: 3 } : {};
    const { outcome, detail } = await executor.call(await cleared(executor, { tool, arguments: args }), { signal });
    process.stderr.write(`${tool}: ${outcome}, ${detail}\n`);
    if (outcome !== 'failed' || !(await finish())) break;
  }
}
await executor.close();
