// The world of one trial, as an MCP server over standard input and output. Its state is the effects file, so it outlives
// every process. Written without the SDK: it starts in a few milliseconds, and it goes on with what it has begun when
// whoever asked is killed, as a real tool would.
import { appendFileSync, closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const [folder = '.', options = '{}'] = process.argv.slice(2);
const { dedupes, behaviour, probe, slowMs } = JSON.parse(options);
let calls = 0;

function note(file, entry) {
  // One short line in one write to a file opened for appending: lines of several processes never mix.
  appendFileSync(join(folder, file), `${JSON.stringify({ ...entry, at: now(), owner: process.ppid })}\n`);
}

function textOf(file) {
  try {
    return readFileSync(join(folder, file), 'utf8');
  } catch {
    return '';
  }
}

function now() {
  const moves = textOf('clock').split('\n').slice(0, -1);
  return moves.reduce((ms, line) => ms + JSON.parse(line).byMs, Date.now());
}

/** True for the first process that ever asks this of this name. */
function isFirst(name) {
  try {
    closeSync(openSync(join(folder, name), 'wx'));
    return true;
  } catch {
    return false;
  }
}

function stateOf(target) {
  const seen = textOf('effects')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .filter((effect) => effect.target === target);
  return { target, state: seen.at(-1)?.tool === 'repair' ? 'fixed' : 'broken', effects: seen.length };
}

const say = (value) => ({ content: [{ type: 'text', text: JSON.stringify(value) }], structuredContent: value });

async function change(tool, target, meta) {
  const key = meta['remit/idempotencyKey'];
  const remediationId = meta['remit/remediationId'];
  calls += 1;
  const call = `${process.pid}:${calls}`;
  note('calls', { what: 'arrived', call, key, tool, target });
  const first = isFirst(`first-${key}`);
  if (first && behaviour === 'slow') await new Promise((resolve) => setTimeout(resolve, slowMs));
  const refused = dedupes && !isFirst(`done-${key}`);
  if (!refused) note('effects', { key, remediationId, tool, target });
  note('calls', { what: refused ? 'refused' : 'ended', call, key, tool, target });
  return first && behaviour === 'loses_reply' ? null : say({ done: true, refused });
}

function readOf(name, target) {
  if (name !== 'probe' || probe === 'tells') return say(stateOf(target));
  return { content: [{ type: 'text', text: 'The probe is out of order.' }], isError: true };
}

const inputSchema = { type: 'object', properties: { target: { type: 'string' } }, required: ['target'] };
const tools = [
  { name: 'repair', inputSchema },
  { name: 'unrepair', inputSchema },
  { name: 'status', inputSchema, annotations: { readOnlyHint: true } },
  { name: 'probe', inputSchema, annotations: { readOnlyHint: true } },
];

async function answer({ method, params }) {
  if (method === 'initialize') {
    const serverInfo = { name: 'chaos', version: '1' };
    return { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo };
  }
  if (method === 'tools/list') return { tools };
  if (method !== 'tools/call') return {};
  const { name, arguments: args, _meta } = params;
  return name === 'repair' || name === 'unrepair' ? change(name, args.target, _meta) : readOf(name, args.target);
}

// Nobody may be left to hear the answer; what was begun is finished all the same.
process.stdout.on('error', () => {});
createInterface({ input: process.stdin }).on('line', async (line) => {
  const message = JSON.parse(line);
  if (message.id === undefined) return;
  const result = await answer(message);
  if (result !== null) process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id: message.id, result })}\n`);
});
