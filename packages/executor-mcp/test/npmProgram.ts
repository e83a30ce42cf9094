import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { StdioServer } from '../src/index.js';

const find = createRequire(import.meta.url);

/** The program of a package from npm, started with this Node. */
export function npmProgram(name: string, args: readonly string[], more: Partial<StdioServer> = {}): StdioServer {
  const place = find.resolve(`${name}/package.json`);
  const { bin } = JSON.parse(readFileSync(place, 'utf8')) as {
    readonly bin: string | Readonly<Record<string, string>>;
  };
  const [file = ''] = typeof bin === 'string' ? [bin] : Object.values(bin);
  return { command: process.execPath, args: [join(dirname(place), file), ...args], ...more };
}
