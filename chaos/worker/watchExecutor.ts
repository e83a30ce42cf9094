import type { CallRequest, Executor, Outcome } from '@remit/core';
import { callsOf, effectsOf } from '../world/world.js';
import type { Tripwire } from './tripwire.js';

/* An executor that tells of every call: before it, around the last look, while it is out, and after. */

const LOOK_EVERY_MS = 3;

function sayCall({ tool, arguments: args }: Pick<CallRequest, 'tool' | 'arguments'>): string {
  return `${tool.replace('world/', '')}(${String(args['target'])})`;
}

/** Looks again and again, and passes the boundary as soon as the world shows it; in any case once the call is over. */
function passWhen(seen: () => boolean, pass: () => void): { stop(): void } {
  let isPassed = false;
  const look = (over: boolean): void => {
    if (isPassed || !(over || seen())) return;
    isPassed = true;
    pass();
  };
  const timer = setInterval(() => look(false), LOOK_EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      look(true);
    },
  };
}

/** The same executor with the tripwire. `folder` is the world's: there one sees that a call arrived or had its effect. */
export function watchExecutor(executor: Executor, folder: string, wire: Tripwire): Executor {
  async function call(request: CallRequest, options: { readonly signal: AbortSignal }): Promise<Outcome> {
    const { idempotencyKey } = request;
    const said = sayCall(request);
    const kind = request.tool === 'world/unrepair' ? 'undo effect' : 'effect';
    const pass = (when: string): void => wire.pass({ name: `${when} ${said}`, changes: true, kind });
    const isKnown = (list: readonly { readonly key: string }[]) => list.some(({ key }) => key === idempotencyKey);
    const before = { calls: callsOf(folder).length, effects: effectsOf(folder).length };
    pass('before call');
    const refusedNow = async (): Promise<string | null> => {
      pass('before the last look of');
      const refused = await request.refusedNow();
      pass('after the last look of');
      return refused;
    };
    const outs = [
      passWhen(
        () => isKnown(callsOf(folder).slice(before.calls)),
        () => pass('in flight'),
      ),
      passWhen(
        () => isKnown(effectsOf(folder).slice(before.effects)),
        () => pass('unanswered'),
      ),
    ];
    const outcome = await executor.call({ ...request, refusedNow }, options);
    for (const out of outs) out.stop();
    pass('after call');
    return outcome;
  }

  return {
    name: executor.name,
    call,
    async catalogue(options) {
      wire.pass({ name: 'before catalogue', changes: false, kind: 'look' });
      return executor.catalogue(options);
    },
    async read(tool, args, options) {
      const said = sayCall({ tool, arguments: args });
      wire.pass({ name: `before read ${said}`, changes: false, kind: 'look' });
      const answer = await executor.read(tool, args, options);
      wire.pass({ name: `after read ${said}`, changes: false, kind: 'look' });
      return answer;
    },
    close: () => executor.close(),
  };
}
