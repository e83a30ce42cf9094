import { askApi, wrong } from './askApi.js';
import type { Command } from './command.js';

/** What the API says of a dead letter, as far as it is shown. */
interface DeadLetter {
  readonly dead_letter_id: string;
  readonly error: string;
  readonly at: string;
  readonly event: { readonly type: string; readonly ticket_id: string | null };
}

/** What the API says of sending one once more. */
interface Retried {
  readonly delivered: boolean;
  readonly status: number | null;
  readonly failure: string | null;
}

/** `remit webhooks dead-letters` */
export const webhooksDeadLetters: Command = {
  help: `remit webhooks dead-letters --url URL [--json]
  Shows events that webhook endpoints did not take, newest first; exit code 1 when there are any. REMIT_TOKEN holds the
  token.`,
  options: { url: { type: 'string' }, json: { type: 'boolean' } },
  async run(given) {
    const answer = (await askApi(given, '/webhooks/dead-letters?limit=200')) as {
      readonly items: readonly DeadLetter[];
    };
    const { items } = answer;
    if (given.values['json']) given.print(JSON.stringify(answer));
    else if (items.length === 0) given.print('Every event was delivered, or is still being tried.');
    else {
      for (const { dead_letter_id: id, at, event, error } of items) {
        given.print(`${id}  ${at}  ${event.type} ${event.ticket_id ?? ''}: ${error}`);
      }
      given.print('Once the endpoint is mended: remit webhooks retry --url URL ID ...');
    }
    return items.length === 0 ? 0 : 1;
  },
};

/** `remit webhooks retry` */
export const webhooksRetry: Command = {
  help: `remit webhooks retry --url URL ID ...
  Sends dead letters once more, as \`remit webhooks dead-letters\` showed them; exit code 1 when one was not taken.
  REMIT_TOKEN holds the token of an operator.`,
  options: { url: { type: 'string' } },
  async run(given) {
    if (given.positionals.length === 0) throw wrong('No dead letter is named.', 'See remit webhooks dead-letters.');
    let failed = 0;
    for (const id of given.positionals) {
      const path = `/webhooks/dead-letters/${encodeURIComponent(id)}/retry`;
      const { delivered, status, failure } = (await askApi(given, path, {})) as Retried;
      given.print(`${id}: ${delivered ? 'delivered' : `not delivered, ${failure ?? `answered ${status}`}`}`);
      if (!delivered) failed += 1;
    }
    return failed === 0 ? 0 : 1;
  },
};
