import { bundleAll } from './bundler.js';

/* Beside the sources: the script is bundled when it is asked for. A packed copy has it ready (see packed.ts). */

let script: Promise<string> | null = null;

/** The script that registers every element and has no imports: one script tag is all that a page needs. */
export function readScript(): Promise<string> {
  script ??= bundleAll();
  return script;
}
