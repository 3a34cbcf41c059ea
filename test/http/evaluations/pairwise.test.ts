import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asArray, asObject, asString, type JsonObject } from '../../../server/src/kernel/json.ts';
import { EvaluationStand } from './stand.ts';

const MODEL = 'openai/gpt-4o-mini';
const ITEMS = Array.from({ length: 100 }, (_, at) => ({ id: `i${String(at).padStart(2, '0')}`, vars: { n: at } }));

let stand: EvaluationStand;
let runs: { old: string; new: string };
beforeAll(async () => {
  stand = await EvaluationStand.open();
  const { id } = await stand.make('POST /api/v1/datasets', { name: 'pairs', items: ITEMS });
  const answers = async (word: string) => {
    stand.answer = (text) => `${word} ${text}`;
    const messages = [{ role: 'user', content: '{{ n }}' }];
    const run = await stand.make('POST /api/v1/eval-runs', { dataset: id, candidate: { model: MODEL, messages } });
    return (await stand.ended(run.id)).id;
  };
  runs = { old: await answers('old'), new: await answers('the new') };
}, 60_000);
afterAll(() => stand.close());

/** A judge that looks at the number and where the new answer stands. */
function judgeBy(prefers: (n: number, newIs: 'A' | 'B') => 'A' | 'B' | 'tie' | undefined) {
  stand.answer = (_last, { messages }) => {
    // A reply that is no verdict is asked for again, behind the question.
    const question = asString(asObject(asArray(messages)?.[1])?.content) ?? '';
    const { A, B } = JSON.parse(question) as { A: string; B: string };
    const newIs = A.startsWith('the new') ? 'A' : 'B';
    const better = prefers(Number((newIs === 'A' ? A : B).split(' ').at(-1)), newIs);
    return JSON.stringify({ reason: 'so', ...(better === undefined ? {} : { better }) });
  };
}
const other = (place: 'A' | 'B') => (place === 'A' ? 'B' : 'A');

async function pairwise(of: JsonObject = {}) {
  const asked = { baseline: runs.old, candidate: runs.new, judge: 'openai/gpt-4o', ...of };
  const begun = await stand.make('POST /api/v1/eval-runs/pairwise', asked);
  const run = await stand.ended(begun.id);
  return { run, told: (await stand.call(`GET /api/v1/eval-runs/${run.id}/preference`)).json };
}

describe('a pairwise run', () => {
  test('a position bias of 20 points is told, and is gone from the verdict', async () => {
    // One item in five goes to whatever stands first; of the others the new answer wins half.
    judgeBy((n, newIs) => (n % 5 === 0 ? 'A' : n % 2 === 0 ? newIs : other(newIs)));
    const before = stand.asked.length;
    const { run, told } = await pairwise();
    expect(stand.asked.length - before).toBe(200);
    expect(run).toMatchObject({ status: 'completed', results: 100, cost_usd: 0, failed_calls: 0 });
    expect(run.judge_cost_usd).toBeGreaterThan(0);
    expect(told).toMatchObject({ wins: 40, losses: 40, ties: 0, inconsistent: 20, without_answer: 0 });
    expect(told.position).toEqual({ first: 120, second: 80, bias_points: 20 });
    // Whoever asks once, the old answer first, finds it 20 points ahead.
    expect(Math.abs(100 * told.difference)).toBeLessThanOrEqual(3);
    expect(told.verdict).toBe('not enough evidence');
    expect(told.needs_items).toBeGreaterThan(0);
  }, 60_000);

  test('what holds in both orders decides; ties count against neither; length is told', async () => {
    judgeBy((n, newIs) => (n % 10 === 0 ? 'tie' : n % 10 === 1 ? other(newIs) : newIs));
    const { run, told } = await pairwise({ criteria: 'It is newer.' });
    expect(told).toMatchObject({
      wins: 80,
      losses: 10,
      ties: 10,
      inconsistent: 0,
      verdict: 'better',
      needs_items: null,
    });
    expect(told.difference).toBeCloseTo(0.7, 9);
    expect(told.low).toBeGreaterThan(0.5);
    expect(told.position).toEqual({ first: 90, second: 90, bias_points: 0 });
    // The new answer is the longer one.
    expect(told.longer_won).toBeCloseTo(80 / 90, 9);
    expect(run).toMatchObject({ pair: { baseline: runs.old, candidate: runs.new, criteria: 'It is newer.' } });
    expect(run.scores.preference).toBeCloseTo(0.85, 9);
    const { data } = (await stand.call(`GET /api/v1/eval-runs/${run.id}/results?limit=1`)).json;
    const { inference_id } = data[0];
    expect((await stand.call(`GET /api/v1/evaluations?inference_id=${inference_id}`)).json.data).toContainEqual(
      expect.objectContaining({ metric: 'preference', score: 0.5 }),
    );
  }, 60_000);

  test('equal answers are a tie without a call, and a judge that does not answer is no verdict', async () => {
    const before = stand.asked.length;
    const { told } = await pairwise({ candidate: runs.old });
    expect(told).toMatchObject({ ties: 100, wins: 0, losses: 0, difference: 0, position: { bias_points: null } });
    expect(stand.asked.length).toBe(before);
    judgeBy((n, newIs) => (n < 90 ? undefined : newIs));
    const { told: partly } = await pairwise({ criteria: 'another' });
    expect(partly).toMatchObject({ without_answer: 90, wins: 10, inconsistent: 0 });
  }, 60_000);

  test('says when judge and judged are of one family', async () => {
    judgeBy((_n, newIs) => newIs);
    const { run, told } = await pairwise();
    expect(run.warnings).toEqual([expect.stringContaining('same family (GPT)')]);
    expect(told.warnings).toEqual(run.warnings);
  }, 60_000);

  test.each([
    ['judge', 400, {}],
    ['candidate', 404, { candidate: 'evalrun_nobody', judge: MODEL }],
  ])('is refused, naming %s', async (field, status, wrong) => {
    const body = { baseline: runs.old, candidate: runs.new, ...wrong };
    const refused = await stand.call('POST /api/v1/eval-runs/pairwise', { body });
    expect([refused.status, refused.text]).toEqual([
      status,
      expect.stringContaining(status === 400 ? field : 'no such'),
    ]);
    expect((await stand.call(`GET /api/v1/eval-runs/${runs.old}/preference`)).status).toBe(404);
  });
});
