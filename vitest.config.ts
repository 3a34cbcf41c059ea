import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    include: [
      'server/**/*.test.ts',
      'contract/**/*.test.ts',
      'sampler/**/*.test.ts',
      'dashboard/**/*.test.ts',
      'bench/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**', '**/fixtures/**'],
    // Processes, not threads: suites start servers, change the environment and kill children.
    pool: 'forks',
    maxWorkers: 2,
    // Many tests start processes and cut sockets; on a shared CI machine one slow turn is not a failure. What was tried again is told.
    retry: process.env.CI ? 2 : 0,
    // What hangs is found all the same; a machine that is three times slower is no reason to fail.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    globalSetup: ['./test/support/private-directory.ts', './test/support/required-programs.ts'],
    reporters: ['default', './test/support/summary-reporter.ts'],
  },
});
