import { readFile } from 'node:fs/promises';

let script: Promise<string> | null = null;

/** The script that registers every element and has no imports: one script tag is all that a page needs. */
export function readScript(): Promise<string> {
  script ??= readFile(new URL('./remit-ui.js', import.meta.url), 'utf8');
  return script;
}
