import { describe, expect, test } from 'vitest';
import { runStep } from '../../scripts/check/run-step.ts';

function step(script: string) {
  return {
    name: 'a tool',
    command: ['--eval', script],
    countFiles: (output: string) => Number(/read (\d+)/.exec(output)?.[1] ?? 0),
    show: 'on failure' as const,
  };
}

describe('a step of the check', () => {
  test('passes when the tool is content and has read files', async () => {
    expect(await runStep(step("console.log('read 3')"), '.')).toMatchObject({ problem: undefined, output: 'read 3\n' });
  });

  test('fails when the tool fails', async () => {
    const outcome = await runStep(step("console.error('read 3'); process.exitCode = 2"), '.');
    expect(outcome).toMatchObject({ problem: 'exit code 2', output: 'read 3\n' });
  });

  test('fails when the tool is content because it has read nothing', async () => {
    expect(await runStep(step("console.log('read 0')"), '.')).toMatchObject({ problem: 'looked at zero files' });
    expect(await runStep(step(''), '.')).toMatchObject({ problem: 'looked at zero files' });
  });

  test('fails when the tool is killed', async () => {
    expect(await runStep(step("process.kill(process.pid, 'SIGKILL')"), '.')).toMatchObject({ problem: 'was killed' });
  });
});
