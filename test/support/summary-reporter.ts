import type { Reporter, SerializedError, TestModule } from 'vitest/node';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Prints what was skipped and why, then the counts alone on the last line for readers of CI logs. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const reasons = skipReasons(modules);
    if (reasons.length > 0) console.log(`\nSkipped:\n${reasons.map((reason) => `  ${reason}`).join('\n')}`);
    console.log(`\n${summaryLine(countTests(modules, unhandledErrors.length))}`);
  }
}

function countTests(modules: readonly TestModule[], unhandledErrors: number): Counts {
  const counts: Counts = { passed: 0, failed: unhandledErrors, skipped: 0 };
  for (const module of modules) {
    const before = counts.failed;
    for (const test of module.children.allTests()) {
      const state = test.result().state;
      // A test that never finished has proved nothing.
      counts[state === 'pending' ? 'failed' : state] += 1;
    }
    // A file that broke while loading or in a hook has no failed test of its own.
    if (module.state() === 'failed' && counts.failed === before) counts.failed += 1;
  }
  return counts;
}

function summaryLine(counts: Counts): string {
  const line = `${counts.passed} passed, ${counts.failed} failed`;
  return counts.skipped > 0 ? `${line}, ${counts.skipped} skipped` : line;
}

function skipReasons(modules: readonly TestModule[]): string[] {
  const reasons: string[] = [];
  for (const module of modules) {
    for (const suite of module.children.allSuites()) {
      if (/\(skipped: .+\)$/.test(suite.name)) reasons.push(`${module.relativeModuleId}: ${suite.name}`);
    }
  }
  return reasons;
}
