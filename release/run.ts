import { spawnSync } from 'node:child_process';

/** Runs a program to its end and answers what it said; what it printed comes with the error when it fails. */
export function run(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    // Only what a new project would have: nothing of npm's own run leaks into the one that is tried.
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(?!config_registry)/.test(name))),
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}
