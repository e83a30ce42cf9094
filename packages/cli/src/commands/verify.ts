import { DEFAULT_CATEGORIES, type Policy, RemitError, type Storage, type ToolCatalogue, toolsOf } from '@remit/core';
import { sayReport, verifyGuarantees } from '@remit/verify';
import { executorOf, loadConfig, type ServeConfig } from '../config.js';
import { trialStores } from '../scratchStores.js';
import { type Command, textOf } from './command.js';

const ASK_WITHIN_MS = 30_000;

/** The tools as the configured servers list them; nothing is called or read. Null: there is no server. */
async function toolsListed(config: ServeConfig): Promise<ToolCatalogue | null> {
  if (Object.keys(config.servers).length === 0) return null;
  const executor = executorOf(config);
  try {
    const tools = [...new Set(config.catalogue.actions.flatMap(toolsOf))];
    return await executor.catalogue({ signal: AbortSignal.timeout(ASK_WITHIN_MS), tools });
  } finally {
    await executor.close();
  }
}

/** The policies that operators wrote, by category. */
async function policiesIn(
  storage: Storage,
  tenant: string,
  categories: readonly string[],
): Promise<Readonly<Record<string, Policy>>> {
  const found = await Promise.all(
    categories.map(async (category) => [category, (await storage.policies.find(tenant, category))?.policy] as const),
  );
  return Object.fromEntries(found.filter((one): one is readonly [string, Policy] => one[1] !== undefined));
}

/** `remit verify` */
export const verify: Command = {
  help: `remit verify --config FILE [--store STORE] [--tenant NAME] [--only ID,ID] [--json]
  Tries each guarantee on your own catalogue, policies and kind of store, in a world that is made up from your
  catalogue's reads. Tools are listed and never called or read; nothing of yours is changed. Each guarantee that holds is
  tried again on a copy without the protection, and has to fail there. Exit code 1 when one is broken.
  --store   your own store: its policies are tried and its chains checked (default: default policies, in memory)
  --tenant  whose policies (default: default)
  --only    ids of the guarantees to try`,
  options: {
    config: { type: 'string' },
    store: { type: 'string' },
    tenant: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run(given) {
    const file = textOf(given, 'config');
    if (file === undefined) {
      throw new RemitError('invalid_configuration', '--config is missing.', {
        nextStep: 'Name the module with catalogue and servers that remit serve is started with.',
      });
    }
    const tenant = textOf(given, 'tenant') ?? 'default';
    const only = textOf(given, 'only')?.split(',');
    const config = await loadConfig(file);
    const { catalogue, categories = DEFAULT_CATEGORIES, servers, verify: more = {} } = config;
    const stores = trialStores(textOf(given, 'store'));
    const startedAt = performance.now();
    const tools = await toolsListed(config);
    const own = await stores.own();
    try {
      const policies = own === null ? {} : await policiesIn(own, tenant, categories);
      const report = await verifyGuarantees({
        catalogue,
        categories,
        policies: { ...policies, ...more.policies },
        tools,
        openStore: more.openStore ?? stores.openStore,
        audit: own?.audit ?? null,
        ...(more.limits && { limits: more.limits }),
        ...(more.samples && { samples: more.samples }),
        ...(only && { only }),
        progress: (id) => {
          if (process.stderr.isTTY) process.stderr.write(`\r${id.padEnd(40)}`);
        },
      });
      const names = Object.keys(servers);
      const touched = [
        names.length === 0
          ? 'No tool server is configured; none was asked.'
          : `The tools of ${names.join(', ')} were listed; none was called or read.`,
        ...stores.says,
        ...(more.openStore ? ['Trials ran on stores that your configuration opens.'] : []),
        `Policies: ${Object.keys(policies).length} of ${categories.length} categories have one that an operator wrote.`,
      ];
      const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
      if (process.stderr.isTTY) process.stderr.write(`\r${''.padEnd(40)}\r`);
      if (given.values.json) given.print(JSON.stringify({ ...report, tenant, touched, seconds }));
      else for (const line of [...sayReport(report), ...touched]) given.print(line);
      return report.passed ? 0 : 1;
    } finally {
      await own?.close();
    }
  },
};
