import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ComparisonObject, EvalResultObject, EvalRunObject } from '@weir/contract';
import { parse, YAMLParseError } from 'yaml';
import { action } from '../../../cli/action.ts';
import type { CommandContext } from '../../../cli/command.ts';
import { CONNECTION, connect, JSON_OPTION } from '../../../cli/connection.ts';
import type { JsonClient } from '../../../cli/json-client.ts';
import { progressBar } from '../../../cli/progress.ts';
import { CommandFailure, UsageError } from '../../../cli/usage-error.ts';
import type { SuiteCheck } from '../../../features/evaluations/suite/read-assertion.ts';
import { readSuite, type Suite } from '../../../features/evaluations/suite/read-suite.ts';
import { isWeirError } from '../../../kernel/errors.ts';
import type { Json } from '../../../kernel/json.ts';
import { compileTemplate } from '../../../templates/compile-template.ts';
import { countOutcomes, junitOf, markdownOf, type SuiteRun } from './suite-report.ts';

/** Exit codes: those of promptfoo for passed and failed, one of its own for "nobody can tell yet". */
const EXIT = { passed: 0, failed: 100, notEnoughEvidence: 75, error: 2 } as const;
const LOOK_MS = 200;

export const run = action({
  summary: 'Run every prompt with every provider on every test of a file; exit code 0 passed, 100 failed, 2 error',
  operands: 'FILE',
  options: {
    dataset: { kind: 'text', value: 'NAME', about: 'Dataset that keeps the tests; default the name of the file' },
    name: { kind: 'text', value: 'NAME', about: 'Label of the runs, for --gate of later ones' },
    judge: { kind: 'text', value: 'MODEL', about: 'Model of judges that name none' },
    budget: { kind: 'number', value: 'USD', about: 'Each prompt with each provider stops before it costs more' },
    gate: { kind: 'text', value: 'RUN', about: 'Compare with this run, by id or label: worse is 100, undecided is 75' },
    margin: {
      kind: 'number',
      value: 'SHARE',
      about: 'With --gate: the difference that nobody would mind; default 0.03',
    },
    junit: { kind: 'text', value: 'FILE', about: 'Write JUnit XML' },
    markdown: { kind: 'text', value: 'FILE', about: 'Write a Markdown table' },
    json: JSON_OPTION,
    ...CONNECTION,
  },
  notes: ["Reads the part of promptfoo's YAML that has prompts, providers, tests, assert, defaultTest and vars."],
  async run({ context, options, operands }) {
    const [file] = operands;
    if (file === undefined || operands.length > 1) throw new UsageError('Name one file: weir eval run FILE.');
    const suite = await readFileSuite(file);
    if (options.gate !== undefined && suite.prompts.length * suite.providers.length !== 1) {
      throw new UsageError('--gate compares one prompt with one provider; the file has more.');
    }
    const server = connect(options, context.environment);
    const dataset = await datasetOf(server, suite, options.dataset ?? basename(file));
    const baseline = options.gate === undefined ? undefined : await baselineOf(server, dataset.id, options.gate);
    const runs = await runAll({ server, suite, dataset, context, options });
    if (options.junit !== undefined) await writeFile(options.junit, junitOf(runs));
    if (options.markdown !== undefined) await writeFile(options.markdown, markdownOf(runs));
    const candidate = runs[0]?.run.id;
    const comparison =
      baseline === undefined || candidate === undefined
        ? undefined
        : ((await server.json('POST', '/api/v1/eval-runs/compare', {
            ...{ baseline, candidate, metrics: ['pass'] },
            ...(options.margin === undefined ? {} : { margin: options.margin }),
          })) as ComparisonObject);
    const counts = countOutcomes(runs);
    if (options.json) context.out(JSON.stringify({ counts, runs, comparison: comparison ?? null }, null, 2));
    else context.out(`${markdownOf(runs)}${comparison === undefined ? '' : `\n${verdictText(comparison)}`}`.trimEnd());
    const broken = runs.find(({ run: { status } }) => status !== 'completed');
    if (broken !== undefined)
      context.err(`weir: ${broken.prompt}, ${broken.provider}: ${broken.run.error ?? broken.run.status}`);
    if (broken !== undefined || counts.error > 0) return EXIT.error;
    return comparison === undefined ? (counts.failed > 0 ? EXIT.failed : EXIT.passed) : gateExit(comparison);
  },
});

async function readFileSuite(file: string): Promise<Suite> {
  try {
    const document = parse(await readFile(file, 'utf8')) as Json;
    return readSuite(document, (text, vars) => compileTemplate(text).render(vars));
  } catch (error) {
    if (isWeirError(error) || error instanceof YAMLParseError) throw new UsageError(`${file}: ${error.message}`);
    if ((error as { code?: string }).code === 'ENOENT') throw new UsageError(`There is no file ${file}.`);
    throw error;
  }
}

interface Tests {
  /** Of the dataset. */
  readonly id: string;
  readonly count: number;
  /** Of every item, besides its own. */
  readonly checks: readonly SuiteCheck[];
}

/** Tests of the file are the truth: the next version of its dataset has them and nothing else. Stored ones stay as they are. */
async function datasetOf(server: JsonClient, { tests }: Suite, name: string): Promise<Tests> {
  if ('dataset' in tests) {
    const found = await server.json('GET', `/api/v1/datasets/${encodeURIComponent(tests.dataset)}`);
    const { id, items: count } = found as { id: string; items: number };
    return { id, count, checks: tests.checks };
  }
  const items = tests.map(({ id, description, vars, checks }) => ({
    ...{ id, vars: { ...vars, __description: description } },
    ...(checks.length === 0 ? {} : { evaluators: checks }),
  }));
  const made = (await server.json('POST', '/api/v1/datasets', { name, items, replace: true })) as { id: string };
  return { id: made.id, count: items.length, checks: [] };
}

async function baselineOf(server: JsonClient, dataset: string, asked: string): Promise<string> {
  const list = await server.json('GET', `/api/v1/eval-runs?dataset=${encodeURIComponent(dataset)}&limit=1000`);
  const runs = (list as { data: EvalRunObject[] }).data;
  const found = runs.find(({ id, name, status }) => id === asked || (name === asked && status === 'completed'));
  if (found !== undefined) return found.id;
  throw new CommandFailure(`No completed run of this dataset is called "${asked}". Make one with --name ${asked}.`);
}

async function runAll(of: {
  server: JsonClient;
  suite: Suite;
  dataset: Tests;
  context: CommandContext;
  options: { name: string | undefined; judge: string | undefined; budget: number | undefined };
}): Promise<SuiteRun[]> {
  const { server, suite, dataset, context, options } = of;
  const pairs = suite.prompts.flatMap((prompt) => suite.providers.map((provider) => ({ prompt, provider })));
  const bar = progressBar(context, pairs.length * dataset.count, 'evaluating');
  const runs: SuiteRun[] = [];
  for (const [at, { prompt, provider }] of pairs.entries()) {
    const begun = (await server.json('POST', '/api/v1/eval-runs', {
      ...{ dataset: dataset.id, name: options.name ?? '', evaluators: dataset.checks },
      candidate: { model: provider.model, ...prompt.asked, settings: provider.settings },
      ...(options.judge === undefined ? {} : { judge: options.judge }),
      ...(options.budget === undefined ? {} : { budget_usd: options.budget }),
    })) as EvalRunObject;
    const run = await ended(server, begun, (results) =>
      bar.advance(at * dataset.count + results, `${prompt.label} / ${provider.label}`),
    );
    runs.push({ prompt: prompt.label, provider: provider.label, run, results: await resultsOf(server, run) });
  }
  bar.end();
  return runs;
}

async function ended(
  server: JsonClient,
  begun: EvalRunObject,
  tell: (results: number) => void,
): Promise<EvalRunObject> {
  let run = begun;
  while (run.status === 'running') {
    await pause(LOOK_MS);
    run = (await server.json('GET', `/api/v1/eval-runs/${run.id}`)) as EvalRunObject;
    tell(run.results);
  }
  return run;
}

async function resultsOf(server: JsonClient, { id }: EvalRunObject): Promise<EvalResultObject[]> {
  const all: EvalResultObject[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: string = cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const page = await server.json('GET', `/api/v1/eval-runs/${id}/results${query}`);
    const { data, next_cursor } = page as { data: EvalResultObject[]; next_cursor: string | null };
    all.push(...data);
    cursor = next_cursor;
  }
  return all;
}

function gateExit({ metrics }: ComparisonObject): number {
  const verdict = metrics[0]?.verdict ?? 'not enough evidence';
  if (verdict === 'worse') return EXIT.failed;
  return verdict === 'not enough evidence' ? EXIT.notEnoughEvidence : EXIT.passed;
}

function verdictText({ metrics }: ComparisonObject): string {
  const [pass] = metrics;
  if (pass === undefined) return 'Too few tests have a result on both sides: not enough evidence.';
  const points = (share: number) => `${share >= 0 ? '+' : ''}${(100 * share).toFixed(1)}`;
  const needs =
    pass.needs === null
      ? ''
      : ` About ${pass.needs.items} more tests would tell, for about $${pass.needs.cost_usd.toFixed(4)}.`;
  return `Against the baseline: ${pass.verdict} (${points(pass.difference)} points, ${points(pass.low)} to ${points(pass.high)}, ${pass.items} tests).${needs}`;
}
