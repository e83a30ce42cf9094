import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Runs `main.ts` of an example as a person would, and answers the lines that it prints. */
export function output(example: string, ...args: readonly string[]): readonly string[] {
  const main = fileURLToPath(new URL(`./${example}/src/main.ts`, import.meta.url));
  const options = { encoding: 'utf8', timeout: 120_000 } as const;
  const said = execFileSync(
    process.execPath,
    ['--conditions=@remit/source', '--import', 'tsx', main, ...args],
    options,
  );
  return said.trim().split('\n');
}
