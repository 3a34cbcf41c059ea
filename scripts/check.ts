import { join } from 'node:path';
import { runStep, type Step } from './check/run-step.ts';

const root = join(import.meta.dirname, '..');

const STEPS: readonly Step[] = [
  {
    name: 'types',
    command: ['node_modules/typescript/bin/tsc', '--noEmit', '--listFiles', '--pretty', 'false', '-p', '.'],
    countFiles: (output) => output.split('\n').filter(isOwnFile).length,
    show: 'on failure',
  },
  {
    name: 'dashboard types',
    command: ['node_modules/typescript/bin/tsc', '--noEmit', '--listFiles', '--pretty', 'false', '-p', 'dashboard'],
    countFiles: (output) => output.split('\n').filter(isOwnFile).length,
    show: 'on failure',
  },
  {
    name: 'lint and format',
    command: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '--max-diagnostics=50'],
    countFiles: (output) => firstNumber(output, /Checked (\d+) files?/),
    show: 'on failure',
  },
  {
    name: 'unused code',
    command: [
      ...['node_modules/knip/bin/knip.js', '--no-progress', '--no-config-hints'],
      ...['--reporter', 'symbols', '--reporter', './scripts/knip-reporter.ts'],
    ],
    countFiles: (output) => firstNumber(output, /knip processed (\d+) files/),
    show: 'on failure',
  },
  {
    name: 'architecture',
    command: ['scripts/check-architecture.ts'],
    countFiles: (output) => firstNumber(output, /rules, (\d+) files/),
    show: 'on failure',
  },
  {
    name: 'house limits',
    command: ['scripts/house-limits.ts'],
    // The table exists only when there were files to measure.
    countFiles: (output) => firstNumber(output, /file lines, longest\s+(\d+)/),
    show: 'always',
  },
];

const startedAt = performance.now();
const outcomes = await Promise.all(STEPS.map((step) => runStep(step, root)));

for (const { step, problem, milliseconds } of outcomes) {
  const status = problem ? 'FAILED' : 'ok    ';
  console.log(`${status}  ${step.name.padEnd(16)} ${seconds(milliseconds)}  ${problem ?? ''}`.trimEnd());
}
for (const { step, problem, output } of outcomes) {
  if (problem || step.show === 'always') console.log(`\n${step.name}:\n${withoutFileList(output)}`);
}
const failed = outcomes.filter(({ problem }) => problem !== undefined).map(({ step }) => step.name);
const verdict = failed.length === 0 ? 'all checks passed' : `failed: ${failed.join(', ')}`;
console.log(`\n${verdict} (${seconds(performance.now() - startedAt)})`);
if (failed.length > 0) process.exitCode = 1;

function isOwnFile(line: string): boolean {
  return line.startsWith(root) && !line.includes('/node_modules/');
}

/** The compiler prints every file it read beside the lines that matter. */
function withoutFileList(output: string): string {
  const lines = output.split('\n').filter((line) => !(line.startsWith(root) && /\.([cm]?tsx?|json)$/.test(line)));
  return lines.join('\n').trimEnd();
}

function firstNumber(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1] ?? 0);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
