import type { Config } from '../../config/schema.ts';
import { compareModels } from '../../features/evaluations/compare-models.ts';
import { ComparisonThread } from '../../features/evaluations/comparison/comparison-thread.ts';
import { Datasets } from '../../features/evaluations/datasets/datasets.ts';
import { EvaluatorVersions } from '../../features/evaluations/evaluator-versions.ts';
import { EVALUATORS } from '../../features/evaluations/evaluators/registry.ts';
import { labelGate } from '../../features/evaluations/label-gate.ts';
import { EvalRunner } from '../../features/evaluations/runs/eval-runner.ts';
import { EvalRuns } from '../../features/evaluations/runs/eval-runs.ts';
import { callerOf } from '../../http/caller-of.ts';
import type { RouteSpec } from '../../http/route.ts';
import { datasetRoutes } from '../../http/routes/management/evaluations/datasets.ts';
import { evalRunRoutes } from '../../http/routes/management/evaluations/eval-runs.ts';
import { evaluationRoutes } from '../../http/routes/management/evaluations/evaluations.ts';
import { evaluatorRoutes } from '../../http/routes/management/evaluations/evaluators.ts';
import { modelComparisonRoutes } from '../../http/routes/management/evaluations/model-comparison.ts';
import { invalidRequest } from '../../kernel/errors.ts';
import { randomHex } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Call, Outcome } from '../../ports/call.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LabelGate } from '../../ports/label-gate.ts';
import type { PromptSource } from '../../ports/prompt-source.ts';
import type { RenderTemplate } from '../../ports/render-template.ts';
import type { ReplyChecker } from '../../ports/reply-check.ts';
import type { Capture } from '../capture.ts';
import { describeBug } from '../observing/describe-bug.ts';
import type { Log } from '../observing/observability.ts';
import type { Stores } from '../stores.ts';
import { evalCalls } from './eval-calls.ts';
import { newItems } from './new-items.ts';
import { recordedItems } from './recorded-items.ts';

export interface ComposedEvaluations {
  readonly routes: RouteSpec[];
  /** Lets labels of prompts move when an evaluation says so. */
  readonly gate: LabelGate;
  /** Goes on with runs that earlier processes on this data directory left. */
  resume(): Promise<void>;
  /** Goes on with runs whose process is gone. */
  lookAround(): Promise<void>;
  close(): Promise<void>;
}

/** Datasets, evaluators, runs, comparisons. Runs are worked on by the main thread of each process. */
export function composeEvaluations(of: {
  readonly config: () => Config;
  readonly stores: Stores;
  readonly clock: Clock;
  readonly log: Log;
  readonly run: (call: Call) => Promise<Outcome>;
  readonly checker: ReplyChecker;
  readonly capture: Pick<Capture, 'store' | 'redact' | 'drained'>;
  readonly render: RenderTemplate;
  readonly prompts: PromptSource;
}): ComposedEvaluations {
  const { stores, clock, checker, log, prompts } = of;
  const { storage, seal, projects, audit, ledger } = stores;
  const store = storage.evaluations;
  const thread = new ComparisonThread();
  const datasets = new Datasets({ store: store.datasets, seal, clock });
  const evaluators = new EvaluatorVersions(store, clock);
  const runner = new EvalRunner({
    ...{ runs: store.runs, datasets, seal, clock, home: stores.home, owner: `${stores.home}/${randomHex(6)}` },
    calls: evalCalls({ run: of.run, clock, ledger }),
    ...{ render: of.render, prompts },
    schemaProblem: (projectId, text, schema) => schemaProblem(checker, { projectId, text, schema }),
    callerOf: (keyId) => callerOf(stores.keys.live(keyId)),
    report: (error, runId) =>
      log.logger.error({ event: 'eval_run_failed', eval_run: runId, ...describeBug(error) }, 'an evaluation broke off'),
  });
  const compare = thread.compare.bind(thread);
  const evalRuns = new EvalRuns({ store, datasets, evaluators, runner, seal, clock, compare, prompts });
  return {
    routes: [
      ...evaluationRoutes({ scores: store.scores, projects, clock }),
      ...datasetRoutes({
        ...{ datasets, store: store.datasets, projects, audit },
        readItems: newItems(evaluators),
        fromRequests: recordedItems(of.capture),
      }),
      ...evaluatorRoutes({ evaluators, kinds: EVALUATORS, projects, audit }),
      ...evalRunRoutes({ evalRuns, store: store.runs, projects, audit }),
      ...modelComparisonRoutes({
        compareModels: (period) => compareModels({ ledger, scores: store.scores }, period),
        ...{ projects, clock },
      }),
    ],
    gate: labelGate({ store, evalRuns, evaluators }),
    resume: () => runner.resume(),
    lookAround: () => runner.lookAround(),
    async close() {
      await runner.close();
      await thread.close();
    },
  };
}

async function schemaProblem(
  checker: ReplyChecker,
  { projectId, text, schema }: { projectId: string; text: string; schema: JsonObject },
): Promise<string | undefined> {
  const { problem } = await checker.read(schema, projectId);
  if (problem !== undefined) throw invalidRequest('expected', `is no usable JSON Schema: ${problem.message}`);
  const format = { kind: 'json-schema', name: 'expected', schema } as const;
  const { problems } = await checker.check({ projectId, text, format, repair: false, sanitize: 'none' });
  return problems[0] === undefined ? undefined : `${problems[0].path} ${problems[0].message}`.trim();
}
