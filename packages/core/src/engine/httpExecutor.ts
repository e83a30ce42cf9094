import type { Arguments } from '../domain/action.js';
import type { Json } from '../domain/canonical.js';
import { type Fault, messageOf, RemitError } from '../errors.js';
import type { Executor } from '../ports/executor.js';
import { type FunctionCall, type FunctionTool, functionExecutor, NotExecuted } from './functionExecutor.js';

/** A tool that is an address: one request for each call. */
export interface HttpTool {
  /** `https:`, or `http:` where the way is safe. Its pin covers it. */
  readonly url: string;
  /** `GET` for a read and `POST` for a write by default. `GET` sends the arguments as the query, all others as JSON. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** It changes nothing. Default false. */
  readonly readOnly?: boolean;
  /** What it does, for people; its pin covers it. */
  readonly description?: string;
  /** Its pin covers it: a new version is a new tool, which an operator accepts. */
  readonly version?: string;
  /**
   * Statuses by which this service proves that it did nothing; its pin covers them. Default 401, 405 and 415, which a
   * server answers before it acts. Any other failure leaves the outcome unknown.
   */
  readonly refusals?: readonly number[];
  /** Sent with each request, asked for each time; no pin covers them, so that tokens may be renewed. */
  headers?(): Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
}

/** Options of {@link httpExecutor}. */
export interface HttpExecutorOptions {
  /** What the log calls it; `http` by default. */
  readonly name?: string;
  /** The tools by the name that the catalogue uses; at least one. Each is looked at anew for every call. */
  readonly tools: Readonly<Record<string, HttpTool>>;
  /** What makes requests; the global `fetch` by default. It must send each request once. */
  readonly fetch?: typeof fetch;
  /** The largest answer that is kept, in bytes; 1 MiB by default. */
  readonly maxOutputBytes?: number;
}

const REFUSALS = [401, 405, 415] as const;
const ONE_MIB = 1_048_576;
/** By these the connection never came about, so nothing was sent. */
const NEVER_CONNECTED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT'];

/** With this header and the value `false` a service says of any answer that it did nothing. */
const EXECUTED = 'remit-executed';

function faultsOf(tools: Readonly<Record<string, HttpTool>>): Fault[] {
  const names = Object.keys(tools);
  if (names.length === 0) return [{ pointer: '/tools', detail: 'No tool is named.' }];
  return names.flatMap((name) => {
    const { url = '', method, readOnly = false } = tools[name] ?? {};
    const pointer = `/tools/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const isUrl = URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol);
    return [
      ...(isUrl ? [] : [{ pointer: `${pointer}/url`, detail: 'The url is no http: or https: address.' }]),
      ...(method === 'GET' && !readOnly
        ? [
            {
              pointer: `${pointer}/method`,
              detail: 'GET changes nothing: say readOnly, or name the method of the write.',
            },
          ]
        : []),
    ];
  });
}

/** Reads the answer as far as it may be kept; null when it is longer. */
async function bodyOf(response: Response, maxBytes: number): Promise<string | null> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let [text, bytes] = ['', 0];
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    // Leaving the loop ends the stream.
    if (bytes > maxBytes) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function jsonOrText(text: string): Json {
  try {
    return text === '' ? null : (JSON.parse(text) as Json);
  } catch {
    return text;
  }
}

function queryOf(args: Arguments): string {
  const pairs = Object.entries(args).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return new URLSearchParams(pairs).toString();
}

async function requestOf(tool: HttpTool, args: Arguments, call: FunctionCall): Promise<[URL, RequestInit]> {
  const { method = tool.readOnly ? 'GET' : 'POST' } = tool;
  const url = new URL(tool.url);
  if (method === 'GET') url.search = [url.search.slice(1), queryOf(args)].filter(Boolean).join('&');
  const headers = {
    ...(await tool.headers?.()),
    accept: 'application/json',
    ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
    ...(call.idempotencyKey === null ? {} : { 'idempotency-key': call.idempotencyKey }),
  };
  const body = method === 'GET' ? {} : { body: JSON.stringify(args) };
  // A redirect is an answer: following it would be a second request.
  return [url, { method, headers, redirect: 'manual', signal: call.signal, ...body }];
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
}

/** Throws {@link NotExecuted} where it is proven that nothing was done. */
function requireDone(tool: HttpTool, response: Response): void {
  const { status, ok, headers } = response;
  if (ok && headers.get(EXECUTED) !== 'false') return;
  const said = `the service answered with status ${status}`;
  const isProof = headers.get(EXECUTED) === 'false' || (tool.refusals ?? REFUSALS).includes(status);
  throw isProof ? new NotExecuted(said) : new Error(said);
}

/**
 * An executor whose tools are addresses of a service, for hosts that have no MCP: one request for each call, with the
 * idempotency key of the step as `Idempotency-Key`, never repeated and never redirected.
 * @throws RemitError `invalid_configuration` with every fault of the options.
 */
export function httpExecutor(options: HttpExecutorOptions): Executor {
  const { name = 'http', tools, fetch: send = fetch, maxOutputBytes = ONE_MIB } = options;
  const faults = faultsOf(tools);
  if (faults.length > 0) {
    throw new RemitError('invalid_configuration', 'The options of the HTTP executor cannot be used.', {
      nextStep: "Correct them, as in httpExecutor({ tools: { 'ops/restart': { url: 'https://ops/restart' } } }).",
      faults,
    });
  }

  async function run(tool: HttpTool, args: Arguments, call: FunctionCall): Promise<Json> {
    let given: [URL, RequestInit];
    try {
      given = await requestOf(tool, args, call);
    } catch (error) {
      throw new NotExecuted(messageOf(error), true);
    }
    const response = await send(...given).catch((error: unknown) => {
      const code = codeOf(error);
      throw NEVER_CONNECTED.includes(code)
        ? new NotExecuted(`there is no connection (${code})`, true)
        : new Error(`${messageOf(error)}${code && ` (${code})`}`);
    });
    requireDone(tool, response);
    const text = await bodyOf(response, maxOutputBytes);
    if (text === null && tool.readOnly) throw new Error(`the answer is larger than ${maxOutputBytes} bytes`);
    return text === null ? null : jsonOrText(text);
  }

  function functionOf(tool: HttpTool): FunctionTool {
    const { url, readOnly = false, method = readOnly ? 'GET' : 'POST', refusals = REFUSALS } = tool;
    const { description = '', version = '' } = tool;
    const details = { url, method, refusals: [...refusals] };
    return { readOnly, description, version, details, run: (args, call) => run(tool, args, call) };
  }
  const functions: Record<string, FunctionTool> = {};
  for (const tool of Object.keys(tools)) {
    Object.defineProperty(functions, tool, { enumerable: true, get: () => functionOf(tools[tool] as HttpTool) });
  }
  return functionExecutor({ name, tools: functions });
}
