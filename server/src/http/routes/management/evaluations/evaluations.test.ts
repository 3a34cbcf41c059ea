import { describe, expect, test } from 'vitest';
import { managementServer } from '../../../../../../test/support/management-server.ts';
import { requirement } from '../../../../../../test/support/requirement.ts';
import { evaluationRoutes } from './evaluations.ts';

const serve = () =>
  managementServer({
    more: ({ storage, projects, clock }) => evaluationRoutes({ scores: storage.evaluations.scores, projects, clock }),
  });
const SCORE = { inference_id: 'req_1', metric: 'relevance', score: 0.8, evaluator: 'human' };

describe(requirement('D8'), () => {
  test('a score is stored and listed in the shape of the seed', async () => {
    const { call, clock } = await serve();
    const made = await call('POST /api/v1/evaluations', { body: SCORE });
    expect(made.status).toBe(201);
    const { id } = made.body;
    expect(made.body).toEqual({ id, ...SCORE, created_at: new Date(clock.now()).toISOString() });
    clock.advance(1);
    await call('POST /api/v1/evaluations', { body: { ...SCORE, inference_id: 'req_2', evaluator: 'automated' } });
    const listed = await call('GET /api/v1/evaluations?inference_id=req_1');
    expect(listed.body).toEqual({ data: [made.body], next_cursor: null });
    expect((await call('GET /api/v1/evaluations?evaluator=automated')).body.data).toMatchObject([
      { inference_id: 'req_2' },
    ]);
    const first = await call('GET /api/v1/evaluations?limit=1');
    const second = await call(`GET /api/v1/evaluations?limit=1&cursor=${first.body.next_cursor}`);
    expect(second.body).toEqual({ data: [made.body], next_cursor: null });
  });

  test.each([
    ['score', { ...SCORE, score: 1.8 }],
    ['score', { ...SCORE, score: -0.1 }],
    ['score', { ...SCORE, score: '0.5' }],
    ['metric', { ...SCORE, metric: '' }],
    ['metric', { ...SCORE, metric: 'a b' }],
    ['evaluator', { ...SCORE, evaluator: 'robot' }],
    ['inference_id', { ...SCORE, inference_id: '' }],
    ['more', { ...SCORE, more: 1 }],
  ])('what is no score is refused, naming %s', async (field, body) => {
    const { call } = await serve();
    const refused = await call('POST /api/v1/evaluations', { body });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain(field);
    expect((await call('GET /api/v1/evaluations')).body.data).toEqual([]);
  });

  test('scores belong to a project, and an inference key sees only its own', async () => {
    const { call, key, project } = await serve();
    const mine = await project('mine');
    const theirs = await project('theirs');
    const [writer, other, viewer, stranger] = [
      await key('inference', mine),
      await key('inference', mine),
      await key('viewer', mine),
      await key('operator', theirs),
    ];
    expect((await call('POST /api/v1/evaluations', { key: writer, body: SCORE })).status).toBe(201);
    expect((await call('POST /api/v1/evaluations', { key: viewer, body: SCORE })).status).toBe(403);
    const seen = async (who: string) => (await call('GET /api/v1/evaluations', { key: who })).body.data.length;
    expect([await seen(writer), await seen(other), await seen(viewer), await seen(stranger)]).toEqual([1, 0, 1, 0]);
    const foreign = await call(`GET /api/v1/evaluations?project_id=${mine}`, { key: stranger });
    const missing = await call('GET /api/v1/evaluations?project_id=proj_nobody', { key: stranger });
    expect([foreign.status, missing.status]).toEqual([404, 404]);
    const forged = await call('POST /api/v1/evaluations', { key: stranger, body: { ...SCORE, project_id: mine } });
    expect(forged.status).toBe(404);
  });
});
