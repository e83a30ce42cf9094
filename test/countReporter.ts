import type { Reporter, TestModule } from 'vitest/node';

/** Ends every run with one line that people and scripts can read: `N passed, N failed, N skipped`. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, errors: ReadonlyArray<unknown>): void {
    const count = { passed: 0, failed: errors.length, skipped: 0 };
    for (const module of modules) {
      // A file that fails to load has no tests to count, yet it must not look green.
      if (module.errors().length > 0) count.failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') count.passed += 1;
        else if (state === 'failed') count.failed += 1;
        else {
          count.skipped += 1;
          const result = test.result();
          const why = result.state === 'skipped' ? result.note : undefined;
          console.log(`skipped: ${test.fullName}: ${why ?? 'no reason given'}`);
        }
      }
    }
    console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  }
}
