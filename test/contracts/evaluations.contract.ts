import { expect, test } from 'vitest';
import type {
  DatasetItemRow,
  EvalResultRow,
  EvalRunRow,
  EvaluationStore,
  ScoreRow,
} from '../../server/src/ports/evaluation-store.ts';
import type { Storage } from '../../server/src/ports/storage.ts';

const AT = 1_800_000_000_000;

export const SCORE: ScoreRow = {
  id: 'score_1',
  project_id: 'project_1',
  inference_id: 'req_1',
  metric: 'relevance',
  score: 0.123456789,
  evaluator: 'human',
  key_id: 'key_1',
  evaluator_name: null,
  evaluator_version: null,
  run_id: null,
  item_id: null,
  trial: null,
  reason: null,
  created_at: AT,
};
export const ITEM: DatasetItemRow = {
  dataset_id: 'dataset_1',
  item_id: 'a',
  from_version: 1,
  to_version: null,
  hash: 'aa',
  content: 'sealed',
  source_request_id: null,
  user_id: null,
};
export const RUN: EvalRunRow = {
  id: 'run_1',
  project_id: 'project_1',
  dataset_id: 'dataset_1',
  dataset_version: 1,
  name: '',
  model: 'openai/gpt-4o-mini',
  definition: 'sealed',
  status: 'running',
  error: null,
  key_id: 'key_1',
  budget_nano: 5_000_000_000,
  planned: 2,
  owner: null,
  lease_until: 0,
  created_at: AT,
  ended_at: null,
};
export const RESULT: EvalResultRow = {
  run_id: 'run_1',
  item_id: 'a',
  trial: 1,
  request_id: 'req_1',
  succeeded: 1,
  error_code: null,
  output: 'sealed',
  latency_ms: 120,
  cost_nano: 70,
  judge_cost_nano: 5,
  input_tokens: 10,
  output_tokens: 3,
  created_at: AT,
};
const DATASET = { id: 'dataset_1', project_id: 'project_1', name: 'faq', created_at: AT };
const version = (number: number, items: number) => ({
  ...{ dataset_id: 'dataset_1', version: number, items, author: 'key_1', created_at: AT },
});

/** What every backend promises of scores, datasets, evaluators and runs. */
export function evaluations(storage: () => Storage): void {
  const store = (): EvaluationStore => storage().evaluations;

  test('gives scores newest first, by call, metric, evaluator, key, run and project, and keeps every digit', async () => {
    const { scores } = store();
    await scores.insert(SCORE);
    await scores.insert({ ...SCORE, id: 'score_2', metric: 'quality', evaluator: 'automated', run_id: 'run_1' });
    await scores.insert({ ...SCORE, id: 'score_3', project_id: 'project_2', key_id: 'key_2', inference_id: 'req_2' });
    const ids = async (query: object) => (await scores.list({ limit: 10, ...query })).map(({ id }) => id);
    expect(await scores.list({ inferenceId: 'req_1', metric: 'relevance', limit: 10 })).toEqual([SCORE]);
    expect(await ids({})).toEqual(['score_3', 'score_2', 'score_1']);
    expect(await ids({ projectId: 'project_1' })).toEqual(['score_2', 'score_1']);
    expect(await ids({ projectId: 'project_1', evaluator: 'automated' })).toEqual(['score_2']);
    expect(await ids({ keyId: 'key_2' })).toEqual(['score_3']);
    expect(await ids({ runId: 'run_1' })).toEqual(['score_2']);
    expect(await ids({ before: 'score_3', limit: 1 })).toEqual(['score_2']);
  });

  test("puts an evaluator's scores beside those of people for the same call and metric", async () => {
    const { scores } = store();
    const machine = { ...SCORE, evaluator: 'automated', evaluator_name: 'judge', evaluator_version: 1 } as const;
    await scores.insert({ ...machine, id: 'score_1', score: 1 });
    await scores.insert({ ...SCORE, id: 'score_2', score: 0 });
    await scores.insert({ ...SCORE, id: 'score_3', metric: 'quality' });
    await scores.insert({ ...machine, id: 'score_4', inference_id: 'req_2' });
    await scores.insert({ ...SCORE, id: 'score_5', inference_id: 'req_2', project_id: 'project_2' });
    expect(
      await scores.labelled({ projectId: 'project_1', evaluatorName: 'judge', evaluatorVersion: 1, limit: 10 }),
    ).toEqual([{ inference_id: 'req_1', automated: 1, human: 0 }]);
    const other = { projectId: 'project_1', evaluatorName: 'judge', evaluatorVersion: 2, limit: 10 };
    expect(await scores.labelled(other)).toEqual([]);
  });

  test('keeps every version of a dataset as it was', async () => {
    const { datasets } = store();
    expect(await datasets.claim(DATASET)).toEqual(DATASET);
    expect(await datasets.claim({ ...DATASET, id: 'dataset_2' })).toEqual(DATASET);
    await datasets.append({ row: version(1, 2), added: [ITEM, { ...ITEM, item_id: 'b' }], removed: [] });
    const changed = { ...ITEM, from_version: 2, content: 'other', hash: 'bb' };
    await datasets.append({ row: version(2, 1), added: [changed], removed: ['b'] });
    const items = async (number: number) =>
      await datasets.items({ datasetId: 'dataset_1', version: number, limit: 10 });
    expect((await items(1)).map(({ item_id, content }) => [item_id, content])).toEqual([
      ['a', 'sealed'],
      ['b', 'sealed'],
    ]);
    expect(await items(2)).toEqual([changed]);
    expect(await datasets.items({ datasetId: 'dataset_1', version: 1, limit: 5, after: 'a' })).toHaveLength(1);
    expect(await datasets.versions('dataset_1')).toEqual([version(2, 1), version(1, 2)]);
    expect(await datasets.list({ projectId: 'project_1', limit: 10 })).toEqual([{ ...DATASET, version: 2, items: 1 }]);
    expect(await datasets.list({ projectId: 'project_2', limit: 10 })).toEqual([]);
    expect(await datasets.get('dataset_1')).toEqual(DATASET);
    expect(await datasets.named('project_2', 'faq')).toBeUndefined();
  });

  test('lets one of two writers make a version of a dataset, whole', async () => {
    const { datasets } = store();
    await datasets.claim(DATASET);
    const write = (item_id: string) =>
      datasets.append({ row: version(1, 1), added: [{ ...ITEM, item_id }], removed: [] });
    const done = await Promise.allSettled([write('a'), write('b')]);
    expect(done.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(done.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } });
    expect(await datasets.items({ datasetId: 'dataset_1', version: 1, limit: 10 })).toHaveLength(1);
  });

  test('gives the latest version of an evaluator, or the one that is named', async () => {
    const { evaluators } = store();
    const row = { project_id: 'project_1', name: 'tone', type: 'rubric', options: '{}', author: 'k', created_at: AT };
    await evaluators.insert({ ...row, version: 1 });
    await evaluators.insert({ ...row, version: 2, options: '{"a":1}' });
    await expect(evaluators.insert({ ...row, version: 2 })).rejects.toMatchObject({ code: 'conflict' });
    expect(await evaluators.get('project_1', 'tone')).toEqual({ ...row, version: 2, options: '{"a":1}' });
    expect(await evaluators.get('project_1', 'tone', 1)).toEqual({ ...row, version: 1 });
    expect(await evaluators.get('project_2', 'tone')).toBeUndefined();
    expect((await evaluators.latest('project_1')).map((each) => each.version)).toEqual([2]);
  });

  test('gives a run to one process at a time, and to another when its lease is over', async () => {
    const { runs } = store();
    await runs.insert(RUN);
    expect(await runs.get('run_1')).toEqual(RUN);
    const lease = (owner: string, nowMs: number) => runs.lease('run_1', { owner, nowMs, untilMs: nowMs + 100 });
    expect(await Promise.all(['a', 'b', 'c'].map((owner) => lease(owner, AT)))).toContain(true);
    const { owner } = (await runs.get('run_1')) ?? {};
    expect(await lease('z', AT + 50)).toBe(false);
    expect(await lease(owner ?? '', AT + 60)).toBe(true);
    expect(await runs.abandoned(AT + 100)).toEqual([]);
    expect((await runs.abandoned(AT + 161)).map(({ id }) => id)).toEqual(['run_1']);
    expect(await lease('z', AT + 161)).toBe(true);
    const ended = { status: 'completed', error: null, ended_at: AT + 200 } as const;
    expect(await runs.end('run_1', ended)).toBe(true);
    expect(await runs.end('run_1', { ...ended, status: 'cancelled' })).toBe(false);
    expect(await lease('z', AT + 900)).toBe(false);
    expect(await runs.list({ projectId: 'project_1', limit: 5 })).toEqual([
      { ...RUN, ...ended, owner: null, lease_until: 0 },
    ]);
    expect(await runs.list({ datasetId: 'dataset_2', limit: 5 })).toEqual([]);
  });

  test('keeps answers until their item has its result or the run is over, the first one of a place', async () => {
    const { runs } = store();
    await runs.insert(RUN);
    const answer = (item_id: string, place: number, text = 'sealed') => ({
      ...{ run_id: 'run_1', item_id, trial: 1, place, request_id: `req_${item_id}_${place}`, answer: text },
    });
    await runs.keepAnswer(answer('a', 0));
    await runs.keepAnswer(answer('a', 1));
    await runs.keepAnswer(answer('a', 0, 'another'));
    await runs.keepAnswer(answer('b', 0));
    await runs.keepAnswer({ ...answer('c', 0), run_id: 'run_2' });
    const kept = async (id = 'run_1') =>
      (await runs.answers(id)).map(({ item_id, place, answer: text }) => [item_id, place, text]);
    expect((await kept()).sort()).toEqual([
      ['a', 0, 'sealed'],
      ['a', 1, 'sealed'],
      ['b', 0, 'sealed'],
    ]);
    await runs.addResult(RESULT, []);
    expect(await kept()).toEqual([['b', 0, 'sealed']]);
    await runs.end('run_1', { status: 'stopped', error: null, ended_at: AT });
    expect([await kept(), await kept('run_2')]).toEqual([[], [['c', 0, 'sealed']]]);
  });

  test('frees what a home left behind, and nothing of another one', async () => {
    const { runs } = store();
    for (const [id, owner] of [
      ['run_1', 'home/one'],
      ['run_2', 'home2/one'],
    ] as const) {
      await runs.insert({ ...RUN, id });
      await runs.lease(id, { owner, nowMs: AT, untilMs: AT + 100 });
    }
    const abandoned = async () => (await runs.abandoned(AT + 1)).map(({ id }) => id);
    expect(await abandoned()).toEqual([]);
    await runs.free({ home: 'home' });
    expect(await abandoned()).toEqual(['run_1']);
    await runs.free({ home: '' });
    expect(await abandoned()).toEqual(['run_1', 'run_2']);
  });

  test('keeps the first result of an item and trial, with its scores, and adds up a run', async () => {
    const { runs, scores } = store();
    await runs.addResult(RESULT, [{ ...SCORE, run_id: 'run_1' }]);
    await runs.addResult({ ...RESULT, cost_nano: 999 }, [{ ...SCORE, id: 'score_2', run_id: 'run_1' }]);
    const failed = {
      ...RESULT,
      trial: 2,
      succeeded: 0,
      error_code: 'upstream.timeout',
      output: null,
      request_id: null,
    };
    await runs.addResult(failed, []);
    await runs.addResult({ ...RESULT, item_id: 'b' }, []);
    expect((await scores.list({ runId: 'run_1', limit: 5 })).map(({ id }) => id)).toEqual(['score_1']);
    const results = await runs.results({ runId: 'run_1', limit: 2 });
    expect(results).toEqual([RESULT, failed]);
    const rest = await runs.results({ runId: 'run_1', limit: 2, after: { item: 'a', trial: 2 } });
    expect(rest.map(({ item_id }) => item_id)).toEqual(['b']);
    expect(await runs.totals('run_1')).toEqual({
      ...{ results: 3, failed: 1, cost_nano: 210, judge_cost_nano: 15, latency_ms: 360 },
    });
    expect(await runs.totals('run_2')).toEqual({
      results: 0,
      failed: 0,
      cost_nano: 0,
      judge_cost_nano: 0,
      latency_ms: 0,
    });
  });

  test("takes a user's words out of datasets and runs, and leaves the numbers", async () => {
    const { datasets, runs, scores } = store();
    await datasets.claim(DATASET);
    const added = [
      { ...ITEM, user_id: 'ada' },
      { ...ITEM, item_id: 'b', user_id: 'bob' },
    ];
    await datasets.append({ row: version(1, 2), added, removed: [] });
    await runs.insert(RUN);
    await runs.addResult(RESULT, [{ ...SCORE, run_id: 'run_1', item_id: 'a', reason: 'sealed' }]);
    await runs.addResult({ ...RESULT, item_id: 'b' }, []);
    const answer = { run_id: 'run_1', item_id: 'a', trial: 2, place: 0, request_id: 'req_9', answer: 'sealed' };
    await runs.keepAnswer(answer);
    await runs.keepAnswer({ ...answer, item_id: 'b' });
    expect(await storage().content.erase({ projectId: 'project_2', userId: 'ada' })).toBe(0);
    expect(await storage().content.erase({ projectId: 'project_1', userId: 'ada' })).toBe(1);
    const items = await datasets.items({ datasetId: 'dataset_1', version: 1, limit: 5 });
    expect(items.map(({ content }) => content)).toEqual([null, 'sealed']);
    expect((await runs.answers('run_1')).map(({ item_id }) => item_id)).toEqual(['b']);
    const results = await runs.results({ runId: 'run_1', limit: 5 });
    expect(results.map(({ output, cost_nano }) => [output, cost_nano])).toEqual([
      [null, 70],
      ['sealed', 70],
    ]);
    expect(await scores.list({ limit: 5 })).toMatchObject([{ score: SCORE.score, reason: null }]);
  });

  test('forgets outputs of runs that are too old, a batch at a time', async () => {
    const { runs } = store();
    for (const item_id of ['a', 'b', 'c']) await runs.addResult({ ...RESULT, item_id }, []);
    await runs.addResult({ ...RESULT, item_id: 'd', created_at: AT + 10 }, []);
    const { forgetContent } = storage().retention;
    expect(await forgetContent({ beforeMs: AT + 1, limit: 2 })).toBe(2);
    expect(await forgetContent({ beforeMs: AT + 1, limit: 2 })).toBe(1);
    const left = (await runs.results({ runId: 'run_1', limit: 5 })).filter(({ output }) => output !== null);
    expect(left.map(({ item_id }) => item_id)).toEqual(['d']);
  });
}
