import {
  type ComparisonObject,
  compareRunsSchema,
  comparisonSchema,
  type EvalResultObject,
  type EvalRunObject,
  evalResultSchema,
  evalRunSchema,
  listSchema,
  newEvalRunSchema,
  newPairwiseRunSchema,
  type PreferenceObject,
  preferenceSchema,
} from '@weir/contract';
import { z } from 'zod';
import type { AuditLog } from '../../../../features/audit/audit-log.ts';
import type { EvalRuns } from '../../../../features/evaluations/runs/eval-runs.ts';
import type { Candidate, Pair } from '../../../../features/evaluations/runs/run-definition.ts';
import type { ResultView, RunView } from '../../../../features/evaluations/runs/views.ts';
import { invalidRequest } from '../../../../kernel/errors.ts';
import { usdFromNano } from '../../../../kernel/money.ts';
import type { EvalRunRow, EvalRunStore } from '../../../../ports/evaluation-store.ts';
import { keyOf, type RouteSpec, type WeirRequest } from '../../../route.ts';
import { readBody, readQuery } from '../../../server.ts';
import { audited } from '../audited.ts';
import { iso, isoOrNull } from '../instants.ts';
import { pageQuery } from '../paging.ts';
import { type KnownProjects, ownProject, readScope, writeProject } from '../project-scope.ts';
import { pageOfRows } from './page-of-rows.ts';

export interface EvalRunRouteServices {
  readonly evalRuns: EvalRuns;
  readonly store: Pick<EvalRunStore, 'list'>;
  readonly projects: KnownProjects;
  readonly audit: Pick<AuditLog, 'record'>;
}

const listQuery = z.strictObject({
  ...pageQuery,
  project_id: z.string().min(1).optional(),
  dataset: z.string().min(1).optional(),
});
const resultQuery = z.strictObject(pageQuery);
const nothing = z.strictObject({});

export function evalRunRoutes(services: EvalRunRouteServices): RouteSpec[] {
  const { evalRuns, store, projects, audit } = services;
  const common = { errors: 'weir', tag: 'Evaluations' } as const;
  const path = '/api/v1/eval-runs';
  return [
    {
      ...common,
      method: 'POST',
      path,
      permission: 'develop',
      summary: 'Run a candidate over a dataset, in the name and within the limits of the calling key',
      body: newEvalRunSchema,
      reply: evalRunSchema,
      status: 201,
      handle: (request) => begin(request, services),
    },
    {
      ...common,
      method: 'GET',
      path,
      permission: 'view',
      summary: 'Evaluation runs, newest first',
      query: listQuery,
      reply: listSchema(evalRunSchema),
      async handle(request) {
        const { limit, cursor, project_id, dataset } = readQuery(request, listQuery);
        const projectId = readScope(keyOf(request), project_id, projects);
        const rows = await store.list({ projectId, datasetId: dataset, limit: limit + 1, before: cursor });
        const page = pageOfRows(rows, { limit, show: (row) => row });
        const views = await Promise.all(page.data.map((row) => evalRuns.view(row)));
        return { ...page, data: views.map(shown) };
      },
    },
    {
      ...common,
      method: 'GET',
      path: `${path}/:id`,
      permission: 'view',
      summary: 'An evaluation run, how far it is and what it found so far',
      reply: evalRunSchema,
      handle: async (request) => shown(await evalRuns.view(await found(request, evalRuns))),
    },
    {
      ...common,
      method: 'GET',
      path: `${path}/:id/results`,
      permission: 'develop',
      summary: 'What the candidate answered, item by item, with its scores',
      query: resultQuery,
      reply: listSchema(evalResultSchema),
      handle: (request) => results(request, evalRuns),
    },
    {
      ...common,
      method: 'POST',
      path: `${path}/:id/cancel`,
      permission: 'develop',
      summary: 'Stop an evaluation run; what it found stays',
      body: nothing,
      reply: evalRunSchema,
      async handle(request) {
        readBody(request, nothing);
        const run = await evalRuns.cancel(await found(request, evalRuns));
        const event = { projectId: run.project_id, action: 'eval_run.cancel', object: run.id, detail: {} };
        await audited(audit, request, event);
        return shown(await evalRuns.view(run));
      },
    },
    {
      ...common,
      method: 'POST',
      path: `${path}/pairwise`,
      permission: 'develop',
      summary: 'Let a judge say which of two runs answered each item better, asked in both orders',
      body: newPairwiseRunSchema,
      reply: evalRunSchema,
      status: 201,
      handle: (request) => beginPairwise(request, services),
    },
    {
      ...common,
      method: 'GET',
      path: `${path}/:id/preference`,
      permission: 'view',
      summary: 'What the judge of a pairwise run found: only what held in both orders counts; its bias is told apart',
      reply: preferenceSchema,
      handle: (request) => preference(request, evalRuns),
    },
    {
      ...common,
      method: 'POST',
      path: `${path}/compare`,
      permission: 'view',
      summary:
        'Is the candidate better, worse or equivalent? Paired by item, with intervals; or what is missing to tell',
      body: compareRunsSchema,
      reply: comparisonSchema,
      handle: (request) => compare(request, evalRuns),
    },
  ];
}

const PREFERENCE_TERMS = { level: 0.95, margin: 0.03, seed: 1 };

async function beginPairwise(request: WeirRequest, { evalRuns, audit }: EvalRunRouteServices) {
  const { baseline, candidate, ...asked } = readBody(request, newPairwiseRunSchema);
  const { name, judge, criteria, budget_usd } = asked;
  const key = keyOf(request);
  const own = ownProject(key);
  const sides = { baseline: await evalRuns.find(baseline, own), candidate: await evalRuns.find(candidate, own) };
  const projectId = sides.candidate.project_id;
  const run = await evalRuns.beginPairwise(
    { name, judge, criteria, ...sides, budgetUsd: budget_usd },
    { projectId, keyId: key.id },
  );
  const detail = { judge, baseline, candidate, planned: run.planned, budget_usd: budget_usd ?? null };
  await audited(audit, request, { projectId, action: 'eval_run.begin_pairwise', object: run.id, detail });
  return shown(await evalRuns.view(run));
}

async function preference(request: WeirRequest, evalRuns: EvalRuns): Promise<PreferenceObject> {
  const run = await found(request, evalRuns);
  const { pair, verdict, position, longer, ...told } = await evalRuns.preference(run, PREFERENCE_TERMS);
  const { warnings } = await evalRuns.view(run);
  const { first, second } = position;
  const asks = first + second;
  return {
    ...{ id: run.id, baseline: pair.baseline.run, candidate: pair.candidate.run, judge: run.model, status: run.status },
    ...{ wins: told.wins, losses: told.losses, ties: told.ties },
    ...{ inconsistent: told.inconsistent, without_answer: told.withoutAnswer },
    ...{ verdict: verdict?.verdict ?? null, difference: verdict?.difference ?? null, p: verdict?.p ?? null },
    ...{ low: verdict?.interval.low ?? null, high: verdict?.interval.high ?? null },
    needs_items: verdict?.itemsMore ?? null,
    position: { first, second, bias_points: asks === 0 ? null : (100 * (first - second)) / asks },
    longer_won: longer.of === 0 ? null : longer.won / longer.of,
    warnings: [...warnings],
  };
}

async function begin(request: WeirRequest, { evalRuns, projects, audit }: EvalRunRouteServices) {
  const asked = readBody(request, newEvalRunSchema);
  const key = keyOf(request);
  const projectId = writeProject(key, asked.project_id, projects);
  const { model, messages, prompt, settings } = asked.candidate;
  const reserved = ['model', 'messages', 'stream'].find((field) => Object.hasOwn(settings, field));
  if (reserved !== undefined) throw invalidRequest(`candidate.settings.${reserved}`, 'is not a setting');
  const run = await evalRuns.begin(
    {
      ...{ name: asked.name, datasetId: asked.dataset, datasetVersion: asked.dataset_version },
      ...{ model, messages, prompt, settings, checks: asked.evaluators, judge: asked.judge },
      ...{ trials: asked.trials, budgetUsd: asked.budget_usd },
    },
    { projectId, keyId: key.id },
  );
  const detail = { model, dataset: run.dataset_id, planned: run.planned, budget_usd: asked.budget_usd ?? null };
  await audited(audit, request, { projectId, action: 'eval_run.begin', object: run.id, detail });
  return shown(await evalRuns.view(run));
}

async function results(request: WeirRequest, evalRuns: EvalRuns) {
  const { limit, cursor } = readQuery(request, resultQuery);
  const run = await found(request, evalRuns);
  const rows = await evalRuns.results(run, { limit: limit + 1, after: readCursor(cursor) });
  const data = rows.slice(0, limit).map(shownResult);
  const last = data.at(-1);
  return { data, next_cursor: rows.length > limit && last !== undefined ? `${last.trial}~${last.item}` : null };
}

function readCursor(cursor: string | undefined): { item: string; trial: number } | undefined {
  if (cursor === undefined) return undefined;
  const [, trial, item] = /^(\d{1,6})~(.+)$/.exec(cursor) ?? [];
  if (item === undefined) throw invalidRequest('cursor', 'is not one that Weir gave; leave it out to start anew.');
  return { item, trial: Number(trial) };
}

async function compare(request: WeirRequest, evalRuns: EvalRuns): Promise<ComparisonObject> {
  const { baseline, candidate, metrics, ...terms } = readBody(request, compareRunsSchema);
  const own = ownProject(keyOf(request));
  const sides = { baseline: await evalRuns.find(baseline, own), candidate: await evalRuns.find(candidate, own) };
  const told = await evalRuns.compare(sides, { ...terms, metrics });
  const { costNanoPerItem: cost } = told;
  const usdPerItem = usdFromNano(Math.round(cost.baseline + cost.candidate));
  return {
    ...{ baseline, candidate, margin: terms.margin },
    metrics: told.verdicts.map((each) => ({
      ...{ metric: each.metric, verdict: each.verdict, baseline: each.baseline, candidate: each.candidate },
      ...{ difference: each.difference, low: each.interval.low, high: each.interval.high },
      ...{ p: each.p, adjusted_p: each.adjustedP, items: each.items, clusters: each.clusters, method: each.method },
      unpaired: told.unpaired[each.metric] ?? 0,
      needs: each.itemsMore === undefined ? null : { items: each.itemsMore, cost_usd: each.itemsMore * usdPerItem },
    })),
    cost_usd_per_item: {
      baseline: usdFromNano(Math.round(cost.baseline)),
      candidate: usdFromNano(Math.round(cost.candidate)),
    },
    latency_ms_per_item: told.latencyMsPerItem,
  };
}

function found(request: WeirRequest, evalRuns: EvalRuns): Promise<EvalRunRow> {
  const { id } = request.params as { id: string };
  return evalRuns.find(id, ownProject(keyOf(request)));
}

function shown({ run, definition, totals, scores, warnings }: RunView): EvalRunObject {
  const { id, project_id, name, dataset_version, model, status, error, planned } = run;
  return {
    ...{ id, project_id, name, dataset: run.dataset_id, dataset_version, model, status, error, planned },
    ...('pair' in definition
      ? { prompt: null, pair: shownPair(definition.pair) }
      : { prompt: shownPrompt(definition.candidate), pair: null }),
    warnings: [...warnings],
    ...{ results: totals.results, failed_calls: totals.failed, scores },
    cost_usd: usdFromNano(totals.cost_nano),
    judge_cost_usd: usdFromNano(totals.judge_cost_nano),
    latency_ms: totals.results === 0 ? null : totals.latency_ms / totals.results,
    budget_usd: run.budget_nano === null ? null : usdFromNano(run.budget_nano),
    created_at: iso(run.created_at),
    ended_at: isoOrNull(run.ended_at),
  };
}

function shownPrompt({ prompt }: Candidate): EvalRunObject['prompt'] {
  return prompt === undefined ? null : { name: prompt.name, version: prompt.version };
}

function shownPair({ baseline, candidate, criteria }: Pair): EvalRunObject['pair'] {
  return { baseline: baseline.run, candidate: candidate.run, criteria };
}

function shownResult({ result, output, scores }: ResultView): EvalResultObject {
  return {
    ...{ item: result.item_id, trial: result.trial, inference_id: result.request_id },
    succeeded: result.succeeded === 1,
    error: output?.error ?? result.error_code,
    output: result.succeeded === 1 ? (output?.text ?? null) : null,
    tool_calls: [...(output?.toolCalls ?? [])],
    scores: [...scores],
    problems: [...(output?.problems ?? [])],
    latency_ms: result.latency_ms,
    cost_usd: usdFromNano(result.cost_nano),
    judge_cost_usd: usdFromNano(result.judge_cost_nano),
  };
}
