import { action } from '../../../cli/action.ts';
import type { CommandContext } from '../../../cli/command.ts';
import { JSON_OPTION } from '../../../cli/connection.ts';
import { coloured } from '../../../cli/table.ts';
import { UsageError } from '../../../cli/usage-error.ts';
import type { Execution, ExecutionStep } from '../../../features/workflows/workflows.ts';
import { isObject, type Json } from '../../../kernel/json.ts';
import { readDocumentFile } from './read-document-file.ts';
import { type Difference, differences } from './test-run/differences.ts';
import { type Expectation, readMocks, writeExpectation } from './test-run/mocks-file.ts';
import { runOffline } from './test-run/run-offline.ts';

export const test = action({
  summary: 'Run a workflow with answers from a file, and compare what it does with what it should do',
  operands: 'FILE [FILE...]',
  options: {
    mocks: {
      kind: 'text',
      value: 'FILE',
      about: 'Input, answers of steps and of people, and what is expected (required)',
    },
    record: { kind: 'flag', about: 'Write what happened into the mocks as what is expected' },
    json: JSON_OPTION,
  },
  notes: [
    'Asks no model, no tool and no person, and waits for nothing. More files are workflows that the first one calls.',
    'The mocks have {input, steps: {PATH or NAME: {output} or {error: {code, message}} or {decision: approve or reject, data}}, expect: {status, output, error, steps}}; a list has one answer for each try. Exit code 1: something is not as expected.',
  ],
  async run({ context, options, operands }) {
    const { mocks: file } = options;
    if (operands.length === 0 || file === undefined)
      throw new UsageError('Say what: weir workflow test FILE --mocks FILE.');
    const documents = await Promise.all(operands.map((operand) => readDocumentFile(operand, context)));
    const mocks = await readMocks(file);
    const execution = await runOffline(documents, { mocks, env: (name) => context.environment[name] });
    const happened = whatHappened(execution);
    const name = String(documents[0]?.name);
    if (options.record) {
      await writeExpectation(file, happened);
      context.out(`${name}: written to ${file}`);
      return 0;
    }
    const expected: Expectation = mocks.expect ?? { status: 'completed' };
    const found = differences(expected, sameParts(expected, happened));
    if (options.json)
      context.out(JSON.stringify({ name, ok: found.length === 0, differences: found, ...happened }, null, 2));
    else say(name, { found, error: happened.error }, context);
    return found.length === 0 ? 0 : 1;
  },
});

function whatHappened({ status, output, error, steps }: Execution): Expectation {
  return {
    status: status as NonNullable<Expectation['status']>,
    ...(error === null ? { output } : { error: { ...error } }),
    steps: Object.fromEntries(steps.map((step) => [step.path, stepOutcome(step)])),
  };
}

/** When a wait was over differs from run to run. */
function stepOutcome({ type, status, output }: ExecutionStep): { status: string; output?: Json } {
  return type === 'wait' ? { status } : { status, output };
}

/** Of what happened, the parts that something is expected of: what is not named may be anything. */
function sameParts(expected: Expectation, happened: Expectation): unknown {
  const steps = Object.entries(expected.steps ?? {}).map(([path, step]) => [path, pick(happened.steps?.[path], step)]);
  return {
    ...pick(happened, expected),
    ...(expected.error === undefined ? {} : { error: pick(happened.error, expected.error) }),
    ...(expected.steps === undefined ? {} : { steps: Object.fromEntries(steps) }),
  };
}

function pick(value: unknown, like: unknown): Record<string, unknown> | undefined {
  if (!isObject(value) || !isObject(like)) return undefined;
  return Object.fromEntries(Object.entries(value).filter(([name]) => Object.hasOwn(like, name)));
}

function say(
  name: string,
  { found, error }: { found: readonly Difference[]; error: unknown },
  { out, hasColours }: CommandContext,
): void {
  if (found.length === 0) return out(`${name}: ${coloured('green', 'as expected', hasColours)}`);
  out(`${name}: ${coloured('red', 'not as expected', hasColours)}`);
  if (error !== undefined) out(`  ${shown(error)}`);
  for (const { place, expected, got } of found) {
    out(`  ${place}`);
    out(coloured('green', `  - ${shown(expected)}`, hasColours));
    out(coloured('red', `  + ${shown(got)}`, hasColours));
  }
}

function shown(value: unknown): string {
  return value === undefined ? '(nothing)' : JSON.stringify(value);
}
