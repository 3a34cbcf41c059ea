import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requirement } from '../../support/requirement.ts';
import { EvaluationStand } from './stand.ts';

const MODEL = 'openai/gpt-4o-mini';
const QUESTION = [{ role: 'user', content: 'The capital of {{ country }}?' }];
const CAPITALS: Record<string, string> = { France: 'Paris', Italy: 'Rome', Spain: 'Madrid', Norway: 'Oslo' };
const ITEMS = Object.entries(CAPITALS).map(([country, expected]) => ({ id: country, vars: { country }, expected }));

let stand: EvaluationStand;
beforeAll(async () => {
  stand = await EvaluationStand.open();
});
afterAll(() => stand.close());

const dataset = (name: string, of: object = { items: ITEMS }) => stand.make('POST /api/v1/datasets', { name, ...of });
const capitalOf = (text: string) => CAPITALS[/capital of (\w+)/.exec(text)?.[1] ?? ''] ?? 'unknown';
async function run(of: { dataset: string; [field: string]: unknown }) {
  const { candidate = { model: MODEL, messages: QUESTION }, ...rest } = of;
  const begun = await stand.make('POST /api/v1/eval-runs', { candidate, ...rest });
  return stand.ended(begun.id);
}

describe('an evaluation run', () => {
  test('asks the candidate every item, scores the answers, and says what it cost', async () => {
    const { id } = await dataset('capitals');
    stand.answer = (text) => (text.includes('Norway') ? 'Bergen' : capitalOf(text));
    const done = await run({
      dataset: id,
      evaluators: [{ type: 'exact', metric: 'accuracy' }, { type: 'levenshtein' }],
    });
    expect(done).toMatchObject({ status: 'completed', planned: 4, results: 4, failed_calls: 0, error: null });
    expect(done.scores).toMatchObject({ accuracy: 0.75, pass: 0.75 });
    // 100 tokens in and 10 out of gpt-4o-mini at 0.15 and 0.60 USD per million.
    expect(done.cost_usd).toBeCloseTo(4 * (100 * 0.15e-6 + 10 * 0.6e-6), 12);
    expect(done.latency_ms).toBeGreaterThan(0);
    const { data } = (await stand.call(`GET /api/v1/eval-runs/${done.id}/results`)).json;
    expect(data.map(({ item, output }: { item: string; output: string }) => [item, output])).toEqual([
      ['France', 'Paris'],
      ['Italy', 'Rome'],
      ['Norway', 'Bergen'],
      ['Spain', 'Madrid'],
    ]);
    const [{ inference_id }] = data;
    const records = (await stand.call('GET /api/v1/usage/records?limit=1000')).json.data;
    expect(records.find((each: { request_id: string }) => each.request_id === inference_id)).toMatchObject({
      wire: 'evaluation',
      key_id: 'admin',
    });
    const scores = (await stand.call(`GET /api/v1/evaluations?inference_id=${inference_id}&metric=accuracy`)).json;
    expect(scores.data).toEqual([
      {
        id: expect.any(String),
        inference_id,
        metric: 'accuracy',
        score: 1,
        evaluator: 'automated',
        created_at: expect.any(String),
      },
    ]);
    const first = (await stand.call(`GET /api/v1/eval-runs/${done.id}/results?limit=3`)).json;
    const rest = (await stand.call(`GET /api/v1/eval-runs/${done.id}/results?cursor=${first.next_cursor}`)).json;
    expect(rest.data.map(({ item }: { item: string }) => item)).toEqual(['Spain']);
  });

  test('a judge is a call with its own cost, and its verdict needs evidence in the answer', async () => {
    const { id } = await dataset('judged');
    stand.answer = (text, body) => {
      if (body.response_format === undefined) return capitalOf(text);
      const { answer } = JSON.parse(text) as { answer: string };
      return JSON.stringify({ reason: 'so', evidence: answer === 'Rome' ? 'made up' : answer, score: 0.9 });
    };
    const rubric = { type: 'rubric', metric: 'quality', options: { criteria: 'Names a city.' } };
    const done = await run({ dataset: id, judge: 'openai/gpt-4o', evaluators: [rubric] });
    expect(done).toMatchObject({ status: 'completed', results: 4, scores: { quality: 0.9, pass: 1 } });
    // Three verdicts, and two attempts at the one that could not show what it rests on.
    expect(done.judge_cost_usd).toBeGreaterThan(done.cost_usd);
    const { data } = (await stand.call(`GET /api/v1/eval-runs/${done.id}/results`)).json;
    expect(data[1]).toMatchObject({ item: 'Italy', scores: [], problems: [{ metric: 'quality' }] });
    expect(data[0].scores.find(({ metric }: { metric: string }) => metric === 'quality').reason).toEqual([
      { reason: 'so', evidence: 'Paris' },
    ]);
  });

  test('a failed call scores 0, a hopeless run fails at once', async () => {
    const { id } = await dataset('failing');
    stand.answer = (text) => (text.includes('Spain') ? 400 : capitalOf(text));
    const done = await run({ dataset: id, evaluators: [{ type: 'exact' }] });
    expect(done).toMatchObject({ status: 'completed', failed_calls: 1, scores: { exact: 0.75, pass: 0.75 } });
    const unknown = await run({ dataset: id, candidate: { model: 'nobody/nothing', messages: QUESTION } });
    expect(unknown).toMatchObject({ status: 'failed', results: 0, error: expect.stringContaining('model') });
    const missing = [{ role: 'user', content: '{{ nowhere }}' }];
    const unrendered = await run({ dataset: id, candidate: { model: MODEL, messages: missing } });
    expect(unrendered).toMatchObject({ status: 'failed', error: expect.stringContaining('nowhere') });
  });

  test('stops before it costs more than its budget', async () => {
    const many = Array.from({ length: 40 }, (_, at) => ({ id: `i${at}`, vars: { country: 'France', at } }));
    const { id } = await dataset('many', { items: many });
    stand.answer = capitalOf;
    const each = 100 * 0.15e-6 + 10 * 0.6e-6;
    // Input is held by its bytes, 200 of them, and output as far as it is bounded.
    const padding = ' '.repeat(180);
    const candidate = {
      model: MODEL,
      messages: [{ role: 'user', content: `The capital of {{ country }}?${padding}` }],
      settings: { max_tokens: 10 },
    };
    const done = await run({
      ...{ dataset: id, candidate, budget_usd: 10.5 * each },
      evaluators: [{ type: 'contains', expected: 'Paris' }],
    });
    expect(done).toMatchObject({ status: 'stopped', scores: { contains: 1 } });
    expect(done.results).toBeGreaterThanOrEqual(8);
    expect(done.cost_usd).toBeLessThanOrEqual(10.5 * each);
    expect(done.error).toContain("The evaluation's budget of");
    const records = (await stand.call('GET /api/v1/usage/records?limit=1000')).json.data;
    const spent = records.filter(({ run_id }: { run_id: string }) => run_id === done.id);
    expect(spent.reduce((sum: number, { cost_usd }: { cost_usd: number }) => sum + cost_usd, 0)).toBeCloseTo(
      done.cost_usd,
      12,
    );
    const unbounded = await run({ dataset: id, candidate: { model: MODEL, messages: QUESTION }, budget_usd: each });
    expect(unbounded).toMatchObject({ status: 'stopped', results: 0, cost_usd: 0 });
  });

  test('holds the key to its models, and can be cancelled', async () => {
    const { id } = await dataset('held');
    const { key } = await stand.weir.key({ role: 'developer', models: ['openai/gpt-4o'] });
    const candidate = { model: MODEL, messages: QUESTION };
    const begun = await stand.make('POST /api/v1/eval-runs', { dataset: id, candidate }, key);
    expect(await stand.ended(begun.id)).toMatchObject({ status: 'failed', results: 0 });
    const other = await stand.make('POST /api/v1/eval-runs', { dataset: id, candidate, trials: 20 });
    const cancelled = await stand.call(`POST /api/v1/eval-runs/${other.id}/cancel`);
    expect(cancelled.json.status).toBe('cancelled');
    expect((await stand.ended(other.id)).results).toBeLessThan(80);
  });

  test.each([
    ['evaluators[0].type', { evaluators: [{ type: 'astrology' }] }],
    ['evaluators[0]', { evaluators: [{ type: 'exact', name: 'both' }] }],
    ['candidate.settings.stream', { candidate: { model: MODEL, settings: { stream: true } } }],
    ['prompt', { candidate: { model: MODEL, prompt: { name: 'nobody/nothing' } } }, 404],
    ['trials', { trials: 0 }],
  ])('is refused, naming %s', async (field, wrong, status = 400) => {
    const { id } = await dataset('wrong');
    const candidate = { model: MODEL, messages: QUESTION };
    const refused = await stand.call('POST /api/v1/eval-runs', { body: { dataset: id, candidate, ...wrong } });
    expect([refused.status, refused.text]).toEqual([status, expect.stringContaining(field)]);
  });
});

describe('a comparison of two runs', () => {
  test('is paired by item, has a verdict with an interval, and says what is missing to tell', async () => {
    const items = Array.from({ length: 60 }, (_, at) => ({ id: `i${at}`, vars: { n: at }, expected: 'yes' }));
    const { id } = await dataset('paired', { items });
    const ask = async (answer: (n: number) => boolean) => {
      stand.answer = (text) => (answer(Number(text)) ? 'yes' : 'no');
      const messages = [{ role: 'user', content: '{{ n }}' }];
      return run({ dataset: id, candidate: { model: MODEL, messages }, evaluators: [{ type: 'exact' }] });
    };
    const [old, better, alike] = [
      await ask((n) => n % 2 === 0),
      await ask((n) => n % 2 === 0 || n < 40),
      await ask((n) => n % 2 === 0 || n === 1),
    ];
    const compare = async (candidate: { id: string }, of: object = {}) =>
      (
        await stand.call('POST /api/v1/eval-runs/compare', {
          body: { baseline: old.id, candidate: candidate.id, ...of },
        })
      ).json;
    const told = await compare(better);
    expect(told.metrics.map(({ metric, verdict }: Record<string, string>) => [metric, verdict])).toEqual([
      ['exact', 'better'],
      ['pass', 'better'],
    ]);
    expect(told.metrics[0]).toMatchObject({ items: 60, baseline: 0.5, method: 'mcnemar', unpaired: 0, needs: null });
    expect(told.metrics[0].low).toBeGreaterThan(0);
    expect(told.cost_usd_per_item.candidate).toBeGreaterThan(0);
    const [open] = (await compare(alike, { metrics: ['exact'] })).metrics;
    expect(open).toMatchObject({ verdict: 'not enough evidence', needs: { items: expect.any(Number) } });
    expect(open.needs.cost_usd).toBeGreaterThan(0);
    expect((await compare(alike, { metrics: ['exact'], margin: 0.2 })).metrics[0].verdict).toBe('equivalent');
    const other = await run({ dataset: (await dataset('elsewhere')).id });
    expect(JSON.stringify(await compare(other))).toContain('candidate: was run on another dataset');
  }, 60_000);
});

describe(requirement('E12f'), () => {
  test('models stand side by side with quality, cost and latency', async () => {
    const { id } = await dataset('models');
    for (const model of ['openai/gpt-4o', 'openai/gpt-4-turbo']) {
      stand.answer = (text) => (model.endsWith('4o') ? capitalOf(text) : 'unknown');
      await run({
        dataset: id,
        candidate: { model, messages: QUESTION },
        evaluators: [{ type: 'exact', metric: 'right' }],
      });
    }
    const { data } = (await stand.call('GET /api/v1/models/compare')).json;
    const of = (model: string) => data.find((each: { model: string }) => each.model === model);
    expect(of('openai/gpt-4o').quality.right).toMatchObject({ score: 1, scores: 4, interval: { high: 1 } });
    // Four of four may still be half of all.
    expect(of('openai/gpt-4o').quality.right.interval.low).toBeCloseTo(0.51, 2);
    expect(of('openai/gpt-4-turbo')).toMatchObject({
      calls: 4,
      success_rate: 1,
      quality: { right: { score: 0, scores: 4, interval: { low: 0 } } },
      success_rate_interval: { low: expect.any(Number), high: 1 },
      latency_ms: { p50: expect.any(Number), p95: expect.any(Number), p95_interval: null },
    });
    const { cost_usd_per_call: cost, cost_usd_interval: interval } = of('openai/gpt-4-turbo');
    // All cost the same.
    expect(interval).toEqual({ low: cost, high: cost });
    expect(of('openai/gpt-4-turbo').cost_usd_per_call).toBeGreaterThan(of('openai/gpt-4o-mini').cost_usd_per_call);
  });
});
