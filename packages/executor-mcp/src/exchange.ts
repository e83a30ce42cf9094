import type { Progress } from '@remit/core';
import { type Budget, LONGEST_TIMER_MS } from './budget.js';
import type { Connection, Reply, Sending, ToolCall } from './connection.js';

/** Who is told of a call besides its caller. */
export interface Listeners {
  /** The server's answer if it comes after the call was given up. */
  readonly onLate?: (reply: Reply) => void;
  readonly onProgress?: (progress: Progress) => void;
}

/** A listener that throws is the host's matter. */
function told<T>(listener: ((value: T) => void) | undefined, value: T): void {
  try {
    listener?.(value);
  } catch {
    // It changes nothing here.
  }
}

function givenUp(sending: Sending, how: string): Reply {
  if (!sending.wasSent()) return { kind: 'unsent', because: how };
  const remark = sending.remark();
  return { kind: 'lost', because: remark === null ? how : `${how}; ${remark}` };
}

/**
 * One `tools/call` and what came of it within the budget. Never rejects, never sends twice. Time and abort are watched
 * here and not in the SDK, which reports both alike, and not left to an injected client, which may ignore both.
 */
export function exchange(
  connection: Connection,
  call: ToolCall,
  budget: Budget,
  { onLate, onProgress }: Listeners = {},
): Promise<Reply> {
  if (budget.signal.aborted) return Promise.resolve({ kind: 'unsent', because: 'it was aborted' });
  const left = budget.left();
  if (left <= 0) return Promise.resolve({ kind: 'unsent', because: 'no time was left' });
  const giving = new AbortController();
  let isOver = false;
  const sending = connection.send(call, {
    up: giving.signal,
    listensOn: onLate !== undefined,
    onProgress: (progress) => {
      if (!isOver) told(onProgress, progress);
    },
  });
  return new Promise((resolve) => {
    const finish = (reply: Reply) => {
      isOver = true;
      clearTimeout(timer);
      budget.signal.removeEventListener('abort', onAbort);
      resolve(reply);
    };
    const giveUp = (how: string) => {
      finish(givenUp(sending, how));
      giving.abort(new Error(how));
    };
    const onAbort = () => giveUp('it was aborted before the tool answered');
    const timer = setTimeout(
      () => giveUp('the tool did not answer in time (timeout)'),
      Math.min(Math.ceil(left), LONGEST_TIMER_MS),
    );
    budget.signal.addEventListener('abort', onAbort, { once: true });
    void sending.answer.then((reply) => {
      if (!isOver) finish(reply);
      else if (reply.kind === 'result' || reply.kind === 'error' || reply.kind === 'asked') told(onLate, reply);
    });
  });
}
