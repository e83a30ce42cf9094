import { type Budget, LONGEST_TIMER_MS } from './budget.js';
import type { CallParams, Connection, Reply, Sending } from './connection.js';

function givenUp(sending: Sending, how: string): Reply {
  if (!sending.wasSent()) return { kind: 'unsent', because: how };
  const remark = sending.remark();
  return { kind: 'lost', because: remark === null ? how : `${how}; ${remark}` };
}

/**
 * One `tools/call` and what came of it within the budget. Never rejects, never sends twice. Time and abort are watched
 * here and not in the SDK, which reports both alike, and not left to an injected client, which may ignore both.
 * @param onLate told the server's answer if it comes after this has resolved.
 */
export function exchange(
  connection: Connection,
  params: CallParams,
  budget: Budget,
  onLate?: (reply: Reply) => void,
): Promise<Reply> {
  if (budget.signal.aborted) return Promise.resolve({ kind: 'unsent', because: 'it was aborted' });
  const left = budget.left();
  if (left <= 0) return Promise.resolve({ kind: 'unsent', because: 'no time was left' });
  const giving = new AbortController();
  const sending = connection.send(params, { up: giving.signal, listensOn: onLate !== undefined });
  return new Promise((resolve) => {
    let isOver = false;
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
      else if (reply.kind === 'result' || reply.kind === 'error') onLate?.(reply);
    });
  });
}
