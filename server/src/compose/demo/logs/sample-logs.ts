import { Sampler } from '@weir/sampler';
import { type JsonClient, jsonClient } from '../../../cli/json-client.ts';
import { asArray, asNumber, asObject, asString, isObject, type JsonObject } from '../../../kernel/json.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../kernel/time.ts';
import { createRandom } from '../../../simulator/mind/random.ts';
import { type DemoProject, type Stage, textField } from '../stage.ts';
import { logStream, type WrittenLine } from './log-stream.ts';

/** Lines of one wording in the sampled window. */
export interface WordingCount {
  readonly text: string;
  readonly lines: number;
  readonly kept: number;
  /** How many there were, told from the kept ones alone. */
  readonly estimated: number;
}

/** What became of one project's logs. */
export interface SampledLogs {
  readonly project: string;
  readonly analysis: {
    readonly lines: number;
    readonly bytes: number;
    readonly errorRate: number;
    readonly patterns: number;
    readonly clusters: number;
    /** One sentence each. */
    readonly anomalies: readonly string[];
  };
  readonly policy: {
    readonly version: number;
    readonly generatedBy: string;
    readonly model: string | null;
    readonly reasoning: string;
    /** Of the bytes of the window it was made of, which it is to keep. */
    readonly projectedShare: number;
    /** USD a day. */
    readonly target: number;
  };
  /** The window after, as the sampler decided it. */
  readonly window: {
    readonly lines: number;
    readonly kept: number;
    readonly bytes: number;
    readonly keptBytes: number;
    readonly errors: number;
    readonly keptErrors: number;
    /** What a day of such windows costs, in USD, whole and as kept. */
    readonly usdPerDay: number;
    readonly keptUsdPerDay: number;
    /** Most lines first. */
    readonly wordings: readonly WordingCount[];
  };
}

const LINES = 20_000;
export const WINDOW_MS = 2 * MINUTE_MS;
const KEPT_SHARE = 0.3;
/** What `logs.price_per_gb_usd` is unless somebody says otherwise. */
const USD_PER_GB = 0.5;
const POLICY_LIMIT_MS = 10_000;
const ERRORS = new Set(['ERROR', 'CRITICAL']);

/**
 * The whole way of one project's logs: two minutes of them are analysed, become a policy under a cost target and in force, and the
 * next two minutes go through a sampler that fetched it. Throws when anything is not what was promised.
 */
export async function sampleLogs(
  stage: Stage,
  of: { project: DemoProject; llmProvider: string; seed: number },
): Promise<SampledLogs> {
  const { project, seed } = of;
  const nowMs = Date.now();
  const stream = { project: project.name, lines: LINES };
  const before = logStream({ ...stream, seed, fromMs: nowMs - WINDOW_MS, toMs: nowMs, hasIncident: true });
  const developer = await developerOf(stage, project);
  const analysis = await analyse(developer, { project, lines: before });
  const target = Number((usdPerDay(analysis.bytes) * KEPT_SHARE).toPrecision(2));
  const policy = await makePolicy(developer, { project, llmProvider: of.llmProvider, target });
  const after = { ...stream, seed: seed + 1, fromMs: nowMs, toMs: nowMs + WINDOW_MS, hasIncident: false };
  const window = await letThrough(logStream(after), { stage, project, seed, version: policy.version });
  return { project: project.name, analysis, policy, window };
}

async function developerOf(stage: Stage, project: DemoProject): Promise<JsonClient> {
  const wanted = { name: `${project.name}-developer`, project_id: project.id, role: 'developer' };
  return jsonClient({
    url: stage.weir.url,
    key: textField(await stage.admin.json('POST', '/api/v1/keys', wanted), 'key'),
  });
}

async function analyse(
  developer: JsonClient,
  { project, lines }: { project: DemoProject; lines: readonly WrittenLine[] },
): Promise<SampledLogs['analysis']> {
  const found = await object(developer, '/api/v1/analysis/analyze', {
    ...{ service_name: project.name, hours: WINDOW_MS / HOUR_MS },
    lines: lines.map(({ body, severity, time }) => ({ body, severity, time })),
  });
  const templates = new Map(
    objects(found.top_patterns).map(({ id, template }) => [asString(id) ?? '', asString(template) ?? '']),
  );
  return {
    lines: asNumber(found.total_logs) ?? 0,
    bytes: bytesOf(lines),
    errorRate: asNumber(found.error_rate) ?? 1,
    patterns: asNumber(found.unique_patterns) ?? 0,
    clusters: asNumber(found.clusters_found) ?? 0,
    anomalies: objects(found.anomalies).map(({ message, pattern_id }) => {
      const [said = '', id] = [asString(message), asString(pattern_id)];
      return id === undefined ? said : said.replace(id, `"${templates.get(id) ?? id}"`);
    }),
  };
}

async function makePolicy(
  developer: JsonClient,
  of: { project: DemoProject; llmProvider: string; target: number },
): Promise<SampledLogs['policy']> {
  const { name } = of.project;
  const made = await object(developer, '/api/v1/pipeline/generate-policy', {
    ...{ service_name: name, hours: WINDOW_MS / HOUR_MS, llm_provider: of.llmProvider, cost_target: of.target },
  });
  const history = asObject(await developer.json('GET', `/api/v1/policies/${name}/history?limit=1`));
  const version = objects(history?.data)[0];
  const tried = asObject(version?.window);
  if (version?.is_active !== true) throw new Error(`the policy of ${name} is not in force: ${version?.problems}`);
  return {
    version: asNumber(made.policy_version) ?? 0,
    generatedBy: textField(made, 'generated_by'),
    model: asString(version.model) ?? null,
    reasoning: textField(made, 'reasoning'),
    projectedShare: (asNumber(tried?.kept_bytes) ?? 0) / (asNumber(tried?.bytes) ?? 1),
    target: of.target,
  };
}

/** Lets lines through a sampler as the application would, and counts what it keeps. */
async function letThrough(
  lines: readonly WrittenLine[],
  of: { stage: Stage; project: DemoProject; seed: number; version: number },
): Promise<SampledLogs['window']> {
  const problems: string[] = [];
  const random = createRandom(of.seed);
  const sampler = new Sampler({
    ...{ service: of.project.name, url: of.stage.weir.url, apiKey: of.project.key, random: random.next },
    onProblem: (problem) => problems.push(problem),
  });
  try {
    await fetched(sampler, of.version);
    const counts = new Map<string, { lines: number; kept: number; estimated: number }>();
    const keptLines: WrittenLine[] = [];
    for (const line of lines) {
      const count = counts.get(line.wording.text) ?? { lines: 0, kept: 0, estimated: 0 };
      counts.set(line.wording.text, count);
      count.lines++;
      const stamp = sampler.decide(line.severity, line.body, { traceId: line.traceId });
      if (stamp === undefined) continue;
      keptLines.push(line);
      count.kept++;
      count.estimated += stamp.sample_rate;
    }
    await sampler.flush();
    if (problems.length > 0) throw new Error(`the sampler of ${of.project.name} complains: ${problems.join('; ')}`);
    const [bytes, keptBytes] = [bytesOf(lines), bytesOf(keptLines)];
    return {
      ...{ lines: lines.length, kept: keptLines.length, bytes, keptBytes },
      ...{ errors: errorsIn(lines), keptErrors: errorsIn(keptLines) },
      ...{ usdPerDay: usdPerDay(bytes), keptUsdPerDay: usdPerDay(keptBytes) },
      wordings: [...counts].map(([text, count]) => ({ text, ...count })).sort((a, b) => b.lines - a.lines),
    };
  } finally {
    await sampler.close();
  }
}

async function fetched(sampler: Sampler, version: number): Promise<void> {
  const untilMs = performance.now() + POLICY_LIMIT_MS;
  while (sampler.policyVersion !== version) {
    if (performance.now() > untilMs) throw new Error(`the sampler did not get policy ${version}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function object(client: JsonClient, path: string, body: JsonObject): Promise<JsonObject> {
  return asObject((await client.json('POST', path, body)) as JsonObject) ?? {};
}

function objects(list: unknown): JsonObject[] {
  return (asArray(list as JsonObject) ?? []).filter(isObject);
}

function bytesOf(lines: readonly WrittenLine[]): number {
  return lines.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
}

function errorsIn(lines: readonly WrittenLine[]): number {
  return lines.filter(({ severity }) => ERRORS.has(severity)).length;
}

/** What a day of such windows costs. */
function usdPerDay(bytes: number): number {
  return ((bytes * DAY_MS) / WINDOW_MS / 1e9) * USD_PER_GB;
}
