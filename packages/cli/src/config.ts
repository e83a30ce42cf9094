import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type Analyst,
  type Catalogue,
  type Executor,
  type HostHooks,
  RemitError,
  type RemitOptions,
} from '@remit/core';
import { type McpServerOptions, mcpExecutor } from '@remit/executor-mcp';
import type { HandlerOptions, WebhookEndpoint } from '@remit/http';
import type { VerifyOptions } from '@remit/verify';
import type { TokenHolder } from './access.js';

/** What a configuration module exports as its default: what may be done, through which servers, and for whom. */
export interface ServeConfig {
  readonly catalogue: Catalogue;
  /** MCP servers by the name that tools carry (`server/tool`). */
  readonly servers: Readonly<Record<string, McpServerOptions>>;
  /** Who may call; without it three random tokens are made and printed. */
  readonly holders?: readonly TokenHolder[];
  readonly categories?: readonly string[];
  /** Default: runbooks of the catalogue are matched, and no model is asked. */
  readonly analyst?: Analyst;
  /** Secrets, and what a CMDB knows. */
  readonly hooks?: HostHooks;
  readonly settings?: NonNullable<RemitOptions['settings']>;
  /** Messages that are taken in, limits, and which pages of other origins may use the API. */
  readonly api?: Pick<HandlerOptions, 'ingest' | 'rateLimit' | 'cors' | 'bodyLimitBytes' | 'bodyTimeoutMs'>;
  /** Addresses that are told what happens, each with its tenant; a secret is best read from the environment. */
  readonly webhooks?: readonly WebhookEndpoint[];
  /**
   * For `remit verify` alone: policies to try instead of those in the store, limits other than the default ones,
   * arguments for actions whose schema says too little, and a store of a kind of one's own.
   */
  readonly verify?: Pick<VerifyOptions, 'policies' | 'limits' | 'samples' | 'openStore'>;
}

/** The same configuration, checked by the compiler: `export default defineConfig({ ... })`. */
export function defineConfig(config: ServeConfig): ServeConfig {
  return config;
}

const NOTHING: ServeConfig = { catalogue: { actions: [], runbooks: [] }, servers: {} };

/** Loads a configuration module; without one nothing can be done, and every ticket goes to a person. */
export async function loadConfig(file: string | undefined): Promise<ServeConfig> {
  if (file === undefined) return NOTHING;
  try {
    const module = (await import(pathToFileURL(resolve(file)).href)) as { readonly default?: Partial<ServeConfig> };
    const config = module.default;
    if (config?.catalogue && config.servers) return config as ServeConfig;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RemitError('invalid_configuration', `--config ${file} cannot be loaded: ${why}`, {
      cause,
      nextStep: 'Name a JavaScript or TypeScript module whose default export has `catalogue` and `servers`.',
    });
  }
  throw new RemitError('invalid_configuration', `--config ${file} has no default export with catalogue and servers.`, {
    nextStep: 'Add `export default { catalogue, servers }`.',
  });
}

/** An executor without a single tool. */
function noExecutor(): Executor {
  return {
    name: 'none',
    catalogue: async () => ({ pins: {}, readOnly: {} }),
    read: async (tool) => ({ ok: false, error: `There is no tool ${tool}: no server is configured.` }),
    call: async () => ({ outcome: 'failed', detail: 'not sent: no server is configured', result: null }),
    close: async () => {},
  };
}

/** The executor of a configuration. */
export function executorOf({ servers }: ServeConfig): Executor {
  return Object.keys(servers).length === 0 ? noExecutor() : mcpExecutor({ servers });
}
