import { EVALUATORS } from '../../../../features/evaluations/evaluators/registry.ts';
import type { StepRunners } from '../../../../features/workflows/steps/registry.ts';
import { stepRunners } from '../../../../features/workflows/steps/registry.ts';
import type { StepResult, StepRunner, WorkType } from '../../../../features/workflows/steps/step-runner.ts';
import { ERRORS, type ErrorCode, invalidRequest, WeirError } from '../../../../kernel/errors.ts';
import type { ToolServers } from '../../../../ports/tool-servers.ts';
import type { Mock, Mocks } from './mocks-file.ts';

/** Runners that render their step as the real ones do, and answer what the mocks say. Nothing leaves this machine. */
export function mockRunners(mocks: Mocks, env: (name: string) => string | undefined): StepRunners {
  const real = stepRunners({
    ...{ models: { ask: offline, answer: offline }, servers: NO_SERVERS, fetch: offline, env, evaluators: EVALUATORS },
    checker: { read: () => ({ problem: undefined, untried: [] }), check: offline },
  });
  const tries = new Map<string, number>();
  const mocked = Object.values(real).map((runner) => [runner.type, mockRunner(runner as StepRunner, { mocks, tries })]);
  return Object.fromEntries(mocked) as StepRunners;
}

/** Nothing is asked of anybody: a mock is the whole step. */
const offline = () => Promise.reject(new WeirError('egress.denied', { message: 'A test asks nobody.' }));
const NO_SERVERS: ToolServers = {
  ...{ names: [], tools: offline, callTool: offline, getPrompt: offline, readResource: offline },
};

function mockRunner<T extends WorkType>(
  runner: StepRunner<T>,
  { mocks, tries }: { mocks: Mocks; tries: Map<string, number> },
): StepRunner<T> {
  return {
    type: runner.type,
    asksModel: false,
    render: (step, scope) => runner.render(step, scope),
    effect: () => 'idempotent',
    async perform(_step, _input, { path, stepName }): Promise<StepResult> {
      const key = Object.hasOwn(mocks.steps, path) ? path : stepName;
      const given = Object.hasOwn(mocks.steps, key) ? mocks.steps[key] : undefined;
      const before = tries.get(path) ?? 0;
      tries.set(path, before + 1);
      const mock = Array.isArray(given) ? (given[before] ?? given.at(-1)) : given;
      return resultOf(mock, path);
    },
  };
}

function resultOf(mock: Mock | undefined, path: string): StepResult {
  if (mock === undefined) {
    throw invalidRequest(`steps.${path}`, 'has no mock; write {output: ...} or {error: {message: ...}} for it.');
  }
  if ('error' in mock) {
    const { code, message } = mock.error;
    if (!Object.hasOwn(ERRORS, code))
      throw invalidRequest(`steps.${path}.error.code`, `"${code}" is no error of Weir.`);
    throw new WeirError(code as ErrorCode, { message });
  }
  if ('decision' in mock) throw invalidRequest(`steps.${path}`, 'is no approval; write {output: ...} for it.');
  const { output, raw, tokens, model } = mock;
  return {
    output,
    ...(raw === undefined ? {} : { raw }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(model === undefined ? {} : { model }),
  };
}
