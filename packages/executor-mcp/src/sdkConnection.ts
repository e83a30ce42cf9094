import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ResultSchema, ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { type Budget, LONGEST_TIMER_MS } from './budget.js';
import type { CallParams, Connection, Giving, Reply, Sending, ToolCall } from './connection.js';
import { wordsOf } from './sentence.js';
import type { Pass, Watch } from './watch.js';

/** A watched transport under a client of the SDK. */
export interface Wire {
  readonly client: Client;
  readonly transport: Transport & { readonly watch: Watch };
  isOpen(): boolean;
  /** What is known of a call that broke after it was handed over, better than "lost"; null when nothing is. */
  explain(id: string | number): Reply | null;
}

function sendOver({ client, transport, explain }: Wire, { params }: ToolCall, giving: Giving): Sending {
  const { watch } = transport;
  let sentAs: string | number | null = null;
  const unreadableBefore = watch.unreadable;
  const answer = new Promise<Reply>((settle) => {
    const pass: Pass = {
      onSent: (id) => {
        sentAs = id;
      },
      onReply: settle,
      onProgress: giving.onProgress,
    };
    watch.admit(params, pass);
    // A copy of the outer object only would break the identity that the watch looks for, hence `params` as it is.
    const request = { method: 'tools/call' as const, params: params as CallParams & Record<string, unknown> };
    // The answer is heard by the watch. This promise only tells what went wrong on the way; time is ours to keep.
    client.request(request, ResultSchema, { signal: giving.up, timeout: LONGEST_TIMER_MS }).catch((error: unknown) => {
      const listensOn = sentAs !== null && giving.up.aborted && giving.listensOn;
      if (!listensOn) watch.forget(pass);
      const said = wordsOf(error);
      if (sentAs === null) settle({ kind: 'unsent', because: 'it could not be handed over', said });
      else if (!giving.up.aborted) settle(explain(sentAs) ?? { kind: 'lost', because: 'the connection broke', said });
    });
  });
  const remark = () => {
    const lines = watch.unreadable - unreadableBefore;
    return lines > 0 ? `the server meanwhile sent ${lines} unreadable message(s)` : null;
  };
  return { wasSent: () => sentAs !== null, answer, remark };
}

/** The connection over a watched transport whose client has shaken hands. */
export function connectionOver(wire: Wire): Connection {
  const { client, transport } = wire;
  let toolsVersion = 0;
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
    toolsVersion += 1;
  });
  return {
    isOpen: () => wire.isOpen(),
    toolsVersion: () => toolsVersion,
    listTools: (cursor: string | undefined, budget: Budget) => {
      const params = cursor === undefined ? {} : { cursor };
      const timeout = Math.max(1, Math.min(budget.left(), LONGEST_TIMER_MS));
      // Not client.listTools: it compiles every output schema, and one that cannot be compiled would hide all tools.
      return client.request({ method: 'tools/list', params }, ResultSchema, { timeout });
    },
    send: (call, giving) => sendOver(wire, call, giving),
    close: () => transport.close(),
  };
}
