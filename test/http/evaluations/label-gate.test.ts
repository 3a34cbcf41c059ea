import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asArray, asObject, asString, type JsonObject } from '../../../server/src/kernel/json.ts';
import { EvaluationStand } from './stand.ts';

const MODEL = 'openai/gpt-4o-mini';
const NAME = 'tutor/sums';
const PROMPT = `/api/v1/prompts/${encodeURIComponent(NAME)}`;
const ITEMS = Array.from({ length: 60 }, (_, at) => ({ id: `i${at}`, vars: { n: at }, expected: 'yes' }));

let stand: EvaluationStand;
let dataset: string;
beforeAll(async () => {
  stand = await EvaluationStand.open();
  dataset = (await stand.make('POST /api/v1/datasets', { name: 'sums', items: ITEMS })).id;
  for (const word of ['one', 'two', 'three', 'four']) {
    await stand.make('POST /api/v1/prompts', { name: NAME, messages: [{ role: 'user', content: `${word} {{ n }}` }] });
  }
  // Version 2 is right more often than version 1, version 3 less, version 4 hardly any other.
  const right: Record<string, (n: number) => boolean> = {
    one: (n) => n % 2 === 0,
    two: (n) => n % 2 === 0 || n < 40,
    three: (n) => n >= 50,
    four: (n) => n % 2 === 0 || n === 1,
  };
  stand.answer = (text, { response_format, messages }) => {
    const [word = '', n = ''] = text.split(' ');
    if (response_format === undefined) return right[word]?.(Number(n)) ? 'yes' : 'no';
    const question = asString(asObject(asArray(messages)?.[1])?.content) ?? '';
    return JSON.stringify({ reason: 'so', evidence: (JSON.parse(question) as { answer: string }).answer, score: 0.9 });
  };
  await move({ version: 1 });
}, 60_000);
afterAll(() => stand.close());

const move = (body: JsonObject, key?: string) =>
  stand.call(`PUT ${PROMPT}/labels/production`, { body, ...(key === undefined ? {} : { key }) });
const demand = async (gate: JsonObject | null) => {
  const { status } = await stand.call(`PATCH ${PROMPT}/labels/production`, { body: { gate } });
  expect(status).toBe(200);
};
const back = () => stand.call(`POST ${PROMPT}/labels/production/rollback`, { body: { to: 1 } });

async function run(version: number, of: JsonObject = {}) {
  const candidate = { model: MODEL, prompt: { name: NAME, version } };
  const body = { dataset, candidate, evaluators: [{ type: 'exact', metric: 'right' }], ...of };
  const begun = await stand.make('POST /api/v1/eval-runs', body);
  const done = await stand.ended(begun.id);
  expect(done).toMatchObject({ status: 'completed', prompt: { name: NAME, version } });
  return done;
}
const refused = async (version: number, why: string) => {
  const { status, text, json } = await move({ version });
  expect([status, text]).toEqual([409, expect.stringContaining(why)]);
  return json.error;
};

describe('a label with a gate', () => {
  test('does not move without a paired evaluation of exactly the two versions over the dataset as it is', async () => {
    await demand({ dataset: 'nowhere' });
    await refused(2, 'there is no dataset \\"nowhere\\"');
    await demand({ dataset: 'sums' });
    await refused(2, 'no run of version 2 is complete over version 1 of the dataset');
    await run(2);
    await refused(2, 'no run of version 1, which is in force, is complete');
    await run(1, { candidate: { model: 'openai/gpt-4o', prompt: { name: NAME, version: 1 } } });
    await refused(2, 'has the model, settings, evaluators and trials');
    await run(1, { evaluators: [{ type: 'contains', metric: 'right' }] });
    await refused(2, 'has the model, settings, evaluators and trials');
  }, 60_000);

  test('moves to what is better, with the runs as evidence, and back at any time', async () => {
    const [before, after] = [await run(1), await run(2)];
    const { status, json } = await move({ version: 2, reason: 'more sums are right' });
    expect([status, json.versions]).toEqual([200, [{ version: 2, weight: 1 }]]);
    const { data } = (await stand.call(`GET ${PROMPT}/labels/production/history?limit=1`)).json;
    expect(data[0]).toMatchObject({ kind: 'move', evidence: [before.id, after.id], reason: 'more sums are right' });
    expect((await back()).json.versions).toEqual([{ version: 1, weight: 1 }]);
  }, 60_000);

  test('does not move to what is worse or undecided, and says by how much; a reason moves it past the gate', async () => {
    await run(3);
    const error = await refused(3, 'is worse (-0.333');
    expect(error.details.runs).toHaveLength(2);
    await run(4);
    await refused(4, 'there is not enough evidence on ');
    await refused(4, 'items more would tell');
    const { key } = await stand.weir.key({ role: 'developer' });
    expect((await move({ version: 4, override: true, reason: 'urgent' }, key)).status).toBe(403);
    expect((await move({ version: 4, override: true })).status).toBe(400);
    expect((await move({ version: 4, override: true, reason: 'urgent' })).status).toBe(200);
    const { data } = (await stand.call(`GET ${PROMPT}/labels/production/history?limit=1`)).json;
    expect(data[0]).toMatchObject({ kind: 'override', reason: 'urgent' });
    const audit = (await stand.call('GET /api/v1/audit?limit=5')).json.data;
    expect(audit).toContainEqual(expect.objectContaining({ action: 'prompt.label.override', object: NAME }));
    expect((await back()).status).toBe(200);
    await demand({ dataset: 'sums', margin: 0.2 });
    expect((await move({ version: 4 })).status).toBe(200);
    await back();
    await demand({ dataset: 'sums', margin: 0.2, require: 'better' });
    await refused(4, 'nothing is better');
    await demand({ dataset: 'sums' });
  }, 60_000);

  test('listens to a judge only when people agreed with it', async () => {
    await stand.make('POST /api/v1/evaluators', {
      ...{ name: 'kind', type: 'rubric', options: { criteria: 'It is kind.', model: 'openai/gpt-4o' } },
    });
    const evaluators = [{ name: 'kind' }];
    const runs = [await run(1, { evaluators }), await run(2, { evaluators })];
    await refused(2, 'only judges gave scores');
    await demand({ dataset: 'sums', metrics: ['kind'], margin: 0.1 });
    await refused(2, 'version 1 of \\"kind\\" needs 50 labels by people and a kappa of 0.6; it has no label');
    const { data } = (await stand.call(`GET /api/v1/eval-runs/${runs[0].id}/results?limit=100`)).json;
    for (const [at, { inference_id }] of data.entries()) {
      // The judge finds all of them kind; so do people, but for one.
      const score = at === 0 ? 0 : 1;
      await stand.make('POST /api/v1/evaluations', { inference_id, metric: 'kind', score, evaluator: 'human' });
    }
    // Whoever says the same of everything agrees with nobody.
    await refused(2, 'it has kappa 0.00 of 60 labels');
    await run(1, { evaluators: [{ type: 'rubric', metric: 'kind', options: { criteria: 'Kind.', model: MODEL } }] });
    await run(2, { evaluators: [{ type: 'rubric', metric: 'kind', options: { criteria: 'Kind.', model: MODEL } }] });
    await refused(2, 'only a judge with a name of its own');
    await demand({ dataset: 'sums' });
  }, 60_000);

  test('asks for another evaluation when the dataset changed', async () => {
    await run(1);
    await run(2);
    await stand.make('POST /api/v1/datasets', {
      name: 'sums',
      items: [{ id: 'i60', vars: { n: 60 }, expected: 'yes' }],
    });
    await refused(2, 'no run of version 2 is complete over version 2 of the dataset');
    await run(1);
    await run(2);
    expect((await move({ version: 2 })).status).toBe(200);
  }, 60_000);
});
