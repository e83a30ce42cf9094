import { basename, dirname, extname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { RemitError } from '@remit/core';
import type { Reporter, TestModule } from 'vitest/node';
import './adapterFile.js';

/** What came of a run of the contract. */
export interface ConformanceReport {
  readonly passed: number;
  /** Cases that the store does not meet, with what went wrong. */
  readonly failed: readonly { readonly name: string; readonly error: string }[];
  /** Cases that the adapter declares it does not meet, with its reason. */
  readonly gaps: readonly { readonly name: string; readonly reason: string }[];
}

/** Collects results instead of printing them: whoever asked decides what to show. */
class Results implements Reporter {
  passed = 0;
  readonly failed: { name: string; error: string }[] = [];
  readonly gaps: { name: string; reason: string }[] = [];

  onTestRunEnd(modules: ReadonlyArray<TestModule>, errors: ReadonlyArray<{ readonly message: string }>): void {
    for (const { message } of errors) this.failed.push({ name: '(run)', error: message });
    for (const module of modules) {
      // A module that cannot be loaded has no cases, and must not look as if it met them all.
      for (const { message } of module.errors()) this.failed.push({ name: '(module)', error: message });
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') this.passed += 1;
        else if (result.state === 'skipped') this.gaps.push({ name: test.fullName, reason: result.note ?? '' });
        else this.failed.push({ name: test.fullName, error: result.errors?.[0]?.message ?? 'It did not run.' });
      }
    }
  }
}

/**
 * Holds the store that a module exports to the whole contract of the Storage port. The module's default export is a
 * `StorageUnderTest`: a name, a function that opens an empty store with a clock, and the declared gaps.
 * @param file path of the module, in JavaScript or TypeScript.
 * @throws RemitError `invalid_configuration` when vitest cannot be started.
 */
export async function runStorageConformance(file: string): Promise<ConformanceReport> {
  const here = fileURLToPath(import.meta.url);
  const cases = `storageCases${extname(here)}`;
  const conditions = extname(here) === '.ts' ? ['@remit/source', 'node'] : ['node'];
  const results = new Results();
  const { startVitest } = await import('vitest/node').catch((cause: unknown) => {
    throw new RemitError('invalid_configuration', 'vitest, which runs the contract, is not installed.', {
      nextStep: 'npm install --save-dev vitest',
      cause,
    });
  });
  const { exitCode } = process;
  const run = await startVitest(
    'test',
    [],
    {
      root: dirname(here),
      config: false,
      watch: false,
      include: [cases],
      exclude: [],
      passWithNoTests: false,
      testTimeout: 60_000,
      pool: 'forks',
      reporters: [results],
      provide: { remitAdapter: pathToFileURL(resolve(file)).href },
    },
    { resolve: { conditions }, ssr: { resolve: { conditions } } },
  );
  await run.close();
  // vitest speaks through the exit code of the process, which is the caller's to set.
  process.exitCode = exitCode;
  const { passed, failed, gaps } = results;
  if (passed === 0 && failed.length === 0) {
    throw new RemitError('invalid_configuration', `${basename(file)} ran no case of the contract.`, {
      nextStep: 'Check that its default export is { name, open, gaps? }.',
    });
  }
  return { passed, failed, gaps };
}
