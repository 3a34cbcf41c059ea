import type { JsonClient } from '../../cli/json-client.ts';
import { type Column, formatTable } from '../../cli/table.ts';
import { asArray, asNumber, asObject, asString, isObject, type JsonObject } from '../../kernel/json.ts';
import type { SampledLogs } from './logs/sample-logs.ts';
import type { DemoRun } from './show-workflow.ts';
import type { DemoProject } from './stage.ts';

/** What the ledger says of a project's calls. */
export interface ProjectSummary {
  readonly project: string;
  readonly calls: number;
  readonly tokens: number;
  readonly costUsd: number;
  /** Answered from the cache. */
  readonly cacheHits: number;
  /** Refused by a guardrail, a limit or a budget. */
  readonly blocked: number;
  readonly retries: number;
  readonly fallbacks: number;
}

const PAGE = 1000;
const TOTAL = 'total';
const BLOCKED = /^(guard\.|limit\.)/;

export async function summarise(admin: JsonClient, projects: readonly DemoProject[]): Promise<ProjectSummary[]> {
  return Promise.all(projects.map((project) => summariseProject(admin, project)));
}

/** Calls, tokens and cost come from the report; the rest is counted in the records. */
async function summariseProject(admin: JsonClient, project: DemoProject): Promise<ProjectSummary> {
  const report = asObject(await admin.json('GET', `/api/v1/usage/report?project_id=${project.id}`)) ?? {};
  const records = await recordsOf(admin, project);
  const reasons = records.flatMap(attemptReasons);
  return {
    project: project.name,
    calls: asNumber(report.request_count) ?? 0,
    tokens: asNumber(asObject(report.token_usage)?.total) ?? 0,
    costUsd: asNumber(report.total_cost) ?? 0,
    cacheHits: records.filter(({ cache }) => cache === 'hit').length,
    blocked: records.filter(({ error_code }) => BLOCKED.test(asString(error_code) ?? '')).length,
    retries: reasons.filter((reason) => reason === 'retry').length,
    fallbacks: reasons.filter((reason) => reason === 'fallback').length,
  };
}

export async function recordsOf(admin: JsonClient, project: DemoProject): Promise<JsonObject[]> {
  const records: JsonObject[] = [];
  let cursor: string | undefined;
  do {
    const after = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const path = `/api/v1/usage/records?project_id=${project.id}&limit=${PAGE}${after}`;
    const page = asObject(await admin.json('GET', path)) ?? {};
    records.push(...(asArray(page.data) ?? []).filter(isObject));
    cursor = asString(page.next_cursor);
  } while (cursor !== undefined);
  return records;
}

function attemptReasons(record: JsonObject): string[] {
  return (asArray(record.attempts) ?? []).map((attempt) => asString(asObject(attempt)?.reason) ?? '');
}

export function summaryTable(
  summaries: readonly ProjectSummary[],
  of: { sampled: readonly SampledLogs[]; runs: readonly DemoRun[]; colours: boolean },
): string {
  const { sampled, runs, colours } = of;
  const isIn = (row: { project: string }) => (one: { project: string }) =>
    row.project === TOTAL || one.project === row.project;
  const right = (title: string): Column => ({ title, align: 'right' });
  const counts = ['calls', 'tokens', 'cost USD', 'cache hits', 'blocked', 'retries', 'fallbacks'];
  const numbers = [...counts, 'workflow runs', 'log lines kept'];
  const rows = [...summaries, totalOf(summaries)].map((row) => [
    row.project,
    row.calls.toLocaleString('en-US'),
    row.tokens.toLocaleString('en-US'),
    row.costUsd.toFixed(6),
    String(row.cacheHits),
    String(row.blocked),
    String(row.retries),
    String(row.fallbacks),
    String(runs.filter(isIn(row)).length),
    keptText(sampled.filter(isIn(row))),
  ]);
  return formatTable([{ title: 'project' }, ...numbers.map(right)], rows, { colours, hasTotal: true });
}

function keptText(sampled: readonly SampledLogs[]): string {
  const sum = (of: 'kept' | 'lines') => sampled.reduce((total, { window }) => total + window[of], 0);
  return `${sum('kept').toLocaleString('en-US')} of ${sum('lines').toLocaleString('en-US')}`;
}

export function totalOf(summaries: readonly ProjectSummary[]): ProjectSummary {
  const sum = (of: (summary: ProjectSummary) => number) => summaries.reduce((total, each) => total + of(each), 0);
  return {
    project: TOTAL,
    calls: sum(({ calls }) => calls),
    tokens: sum(({ tokens }) => tokens),
    costUsd: sum(({ costUsd }) => costUsd),
    cacheHits: sum(({ cacheHits }) => cacheHits),
    blocked: sum(({ blocked }) => blocked),
    retries: sum(({ retries }) => retries),
    fallbacks: sum(({ fallbacks }) => fallbacks),
  };
}
