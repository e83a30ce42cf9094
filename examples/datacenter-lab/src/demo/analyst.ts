import { type Analyst, type Catalogue, chain, RemitError, runbookAnalyst } from '@remit/core';
import { anthropicAnalyst } from '@remit/llm-anthropic';
import { labCatalogue } from '../catalogue.js';

/** The model asked when nobody names another one. */
const MODEL = 'claude-sonnet-5-5';
/** A model thinks longer than a runbook, ms. */
const MODEL_PATIENCE_MS = 120_000;
const PATIENCE_MS = 30_000;

/** Who analyses, of what, and how long a ticket may take. */
export interface Analysing {
  readonly analyst: Analyst;
  readonly catalogue: Catalogue;
  readonly patienceMs: number;
}

/**
 * The analyst of the demo. With a model the runbooks are taken away: what fixes a fault has to be found out, until it
 * is learned; from then on the model is not asked any more.
 * @param name `runbook` or `anthropic`.
 * @throws RemitError `invalid_configuration` when the name is another one, or the model has no key.
 */
export function analysingBy(name: string, env: NodeJS.ProcessEnv): Analysing {
  if (name === 'runbook') return { analyst: runbookAnalyst(), catalogue: labCatalogue, patienceMs: PATIENCE_MS };
  if (name !== 'anthropic') {
    throw new RemitError('invalid_configuration', `There is no analyst "${name}".`, {
      nextStep: 'Say --analyst runbook or --analyst anthropic.',
    });
  }
  const { ANTHROPIC_API_KEY: apiKey, ANTHROPIC_BASE_URL: baseURL, REMIT_MODEL: model = MODEL } = env;
  if (!apiKey) {
    throw new RemitError('invalid_configuration', 'The model needs a key, and ANTHROPIC_API_KEY is not set.', {
      nextStep: `ANTHROPIC_API_KEY=... npm run demo -- --analyst anthropic (REMIT_MODEL names another model than ${MODEL}).`,
    });
  }
  const asked = anthropicAnalyst({ model, apiKey, ...(baseURL ? { baseURL } : {}) });
  const catalogue = { ...labCatalogue, runbooks: [] };
  return { analyst: chain([runbookAnalyst(), asked]), catalogue, patienceMs: MODEL_PATIENCE_MS };
}
