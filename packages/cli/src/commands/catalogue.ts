import type { ToolReview } from '@remit/core';
import { draftCatalogue } from '@remit/executor-mcp';
import { executorOf, loadConfig } from '../config.js';
import { askApi, wrong } from './askApi.js';
import { type Command, textOf } from './command.js';

/** How long servers may take to be listed, ms. */
const LISTING_MS = 60_000;

/** `remit catalogue draft` */
export const catalogueDraft: Command = {
  help: `remit catalogue draft --config FILE [--server NAME]
  Prints the tools of the configured servers as a catalogue file in which everything is critical_write and nothing can
  be used until a person has filled in targets, checks and undo.`,
  options: { config: { type: 'string' }, server: { type: 'string' } },
  async run(given) {
    const config = textOf(given, 'config');
    const server = textOf(given, 'server');
    if (config === undefined) throw wrong('--config is missing.', 'Name the module with `servers`.');
    const loaded = await loadConfig(config);
    const names = Object.keys(loaded.servers);
    if (server !== undefined && !names.includes(server)) {
      throw wrong(`No server is called "${server}".`, `Use one of: ${names.join(', ')}.`);
    }
    const chosen = Object.entries(loaded.servers).filter(([name]) => server === undefined || name === server);
    const executor = executorOf({ ...loaded, servers: Object.fromEntries(chosen) });
    try {
      const tools = await executor.catalogue({ signal: AbortSignal.timeout(LISTING_MS) });
      const [because] = Object.values(tools.unreachable ?? {});
      if (because !== undefined) throw wrong(because, 'Start the server by hand to see what it says.');
      given.print(draftCatalogue(tools));
      return 0;
    } finally {
      await executor.close();
    }
  },
};

function sayChange({ name, accepted, now, differences }: ToolReview['changed'][number]): readonly string[] {
  const places = differences.map(
    ({ pointer, was, is }) => `  ${pointer || '(all)'}: ${JSON.stringify(was)} -> ${JSON.stringify(is)}`,
  );
  const what = accepted === null ? 'new' : now === null ? 'gone' : 'changed';
  return [`${name}: ${what}`, ...places, ...(now === null ? [] : [`  accept with: '${name}=${now}'`])];
}

/** `remit catalogue tools` */
export const catalogueTools: Command = {
  help: `remit catalogue tools --url URL [--json]
  Shows which tools are not as accepted, and what differs; exit code 1 when any is. REMIT_TOKEN holds the token.`,
  options: { url: { type: 'string' }, json: { type: 'boolean' } },
  async run(given) {
    const review = (await askApi(given, '/catalogue/tools')) as ToolReview;
    const { changed, unreachable } = review;
    if (given.values['json']) given.print(JSON.stringify(review));
    else {
      for (const because of Object.values(unreachable)) given.print(because);
      for (const line of changed.flatMap(sayChange)) given.print(line);
      if (changed.length === 0) given.print('All tools that could be asked are as accepted.');
    }
    return changed.length === 0 && Object.keys(unreachable).length === 0 ? 0 : 1;
  },
};

/** `remit catalogue accept` */
export const catalogueAccept: Command = {
  help: `remit catalogue accept --url URL [--everywhere] NAME=HASH ...
  Accepts exactly these definitions, as \`remit catalogue tools\` showed them; one that changed since is refused.`,
  options: { url: { type: 'string' }, everywhere: { type: 'boolean' } },
  async run(given) {
    const pairs = given.positionals.map((pair) => {
      const at = pair.lastIndexOf('=');
      if (at < 1) throw wrong(`"${pair}" is not of the form NAME=HASH.`, 'See remit catalogue tools.');
      return [pair.slice(0, at), pair.slice(at + 1)] as const;
    });
    if (pairs.length === 0) throw wrong('No tool is named.', 'Name each as NAME=HASH; see remit catalogue tools.');
    const everywhere = given.values['everywhere'] === true;
    await askApi(given, '/catalogue/accept', { pins: Object.fromEntries(pairs), everywhere });
    given.print(`Accepted: ${pairs.map(([name]) => name).join(', ')}.`);
    return 0;
  },
};
