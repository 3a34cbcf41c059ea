import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EvaluationStand } from './stand.ts';

let stand: EvaluationStand;
beforeAll(async () => {
  stand = await EvaluationStand.open({ config: 'capture: { content: full }' });
});
afterAll(() => stand.close());

const dataset = (name: string, of: object) => stand.make('POST /api/v1/datasets', { name, ...of });
const itemsOf = async (id: string, query = '') =>
  (await stand.call(`GET /api/v1/datasets/${id}/items${query}`)).json.data;

describe('a dataset', () => {
  test('has versions that never change; what is the same is stored once', async () => {
    const items = [
      { id: 'a', input: 'one', expected: '1' },
      { id: 'b', input: 'two', expected: '2' },
    ];
    const first = await dataset('numbers', { items });
    expect(first).toMatchObject({ version: 1, items: 2, added: 2, unchanged: 0, removed: 0 });
    expect(await dataset('numbers', { items })).toMatchObject({
      id: first.id,
      version: 1,
      items: 2,
      added: 0,
      unchanged: 2,
    });
    const changed = [{ id: 'a', input: 'one', expected: 'I' }];
    const second = await dataset('numbers', { items: changed, remove: ['b', 'nobody'] });
    expect(second).toMatchObject({ id: first.id, version: 2, items: 1, added: 1, removed: 1 });
    expect((await itemsOf(first.id, '?version=1')).map((each: { expected: string }) => each.expected)).toEqual([
      '1',
      '2',
    ]);
    expect(await itemsOf(first.id)).toMatchObject([{ id: 'a', vars: { input: 'one' }, expected: 'I' }]);
    const detail = (await stand.call(`GET /api/v1/datasets/${first.id}`)).json;
    expect(detail.versions.map((each: { version: number; items: number }) => [each.version, each.items])).toEqual([
      [2, 1],
      [1, 2],
    ]);
    expect((await stand.call(`GET /api/v1/datasets/${first.id}/items?version=3`)).status).toBe(404);
    const listed = (await stand.call('GET /api/v1/datasets')).json.data;
    expect(listed).toContainEqual(expect.objectContaining({ id: first.id, version: 2, items: 1 }));
  });

  test('is read from JSON lines and from CSV', async () => {
    const text = '{"input":"one","ideal":"1"}\n\n{"input":[{"role":"user","content":"two"}],"ideal":"2"}\n';
    const lines = await dataset('lines', { format: 'jsonl', text });
    expect(lines.items).toBe(2);
    expect(await itemsOf(lines.id)).toContainEqual(
      expect.objectContaining({ messages: [{ role: 'user', content: 'two' }], expected: '2' }),
    );
    const csv = 'question,__expected,cluster\n"Who, there?",me,c1\nWhat?,that,\n';
    const rows = await dataset('rows', { format: 'csv', text: csv });
    expect(await itemsOf(rows.id)).toContainEqual(
      expect.objectContaining({ vars: { question: 'Who, there?' }, expected: 'me', cluster: 'c1' }),
    );
  });

  test.each([
    ['line 2', { format: 'jsonl', text: '{"input":"x"}\nnot json' }],
    ['items.0', { items: [{}] }],
    ['items.0.id', { items: [{ id: 'a b', input: 'x' }] }],
    ['items.0.evaluators.0.type', { items: [{ input: 'x', evaluators: [{ type: 'astrology' }] }] }],
    ['format', { text: 'x' }],
    ['items', {}],
  ])('is refused whole, naming %s', async (field, wrong) => {
    const refused = await stand.call('POST /api/v1/datasets', { body: { name: `wrong ${field}`, ...wrong } });
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining(field)]);
    const { data } = (await stand.call('GET /api/v1/datasets')).json;
    expect(data.filter(({ name }: { name: string }) => name.startsWith('wrong'))).toEqual([]);
  });

  test('is made from recorded calls: redacted, each case once, gone with its user', async () => {
    const { key } = await stand.weir.key({ role: 'inference' });
    stand.answer = () => 'Write to ada@example.com.';
    const chat = async () => {
      const response = await fetch(`${stand.weir.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'x-user-id': 'ada' },
        body: JSON.stringify({
          model: 'gpt-4o-mini',
          messages: [
            { role: 'system', content: 'Be brief.' },
            { role: 'user', content: 'I am ada@example.com. Whom do I write to?' },
          ],
        }),
      });
      await response.arrayBuffer();
      return response.headers.get('x-request-id') ?? '';
    };
    const ids = [await chat(), await chat()];
    const made = await dataset('traffic', { from_requests: [...ids, 'req_nobody'] });
    expect(made).toMatchObject({ items: 1, added: 1, unchanged: 1, skipped: ['req_nobody'] });
    const [item] = await itemsOf(made.id);
    expect(item.messages[0]).toEqual({ role: 'system', content: 'Be brief.' });
    expect(item.vars.input).toBe(item.messages[1].content);
    expect(item.messages[1].content).toMatch(/^I am .* Whom do I write to\?$/);
    expect(JSON.stringify(item)).not.toContain('ada@example.com');
    expect(item.expected).toContain('Write to');
    expect(ids).toContain(item.source_request_id);

    const candidate = { model: 'openai/gpt-4o-mini' };
    const run = await stand.make('POST /api/v1/eval-runs', {
      dataset: made.id,
      candidate,
      evaluators: [{ type: 'exact' }],
    });
    expect(await stand.ended(run.id)).toMatchObject({ status: 'completed', results: 1 });
    expect(stand.asked.at(-1)?.messages).toEqual(item.messages);
    expect((await stand.call('DELETE /api/v1/users/ada/content')).status).toBe(200);
    expect(await itemsOf(made.id)).toMatchObject([{ id: item.id, vars: null, messages: null, expected: null }]);
    const { data } = (await stand.call(`GET /api/v1/eval-runs/${run.id}/results`)).json;
    expect(data).toMatchObject([{ output: null, cost_usd: expect.any(Number) }]);
  });
});

describe('a named evaluator', () => {
  test('has versions, and says how far it agrees with people', async () => {
    const first = await stand.make('POST /api/v1/evaluators', {
      name: 'polite',
      type: 'contains',
      options: { ignoreCase: true },
    });
    expect(first).toMatchObject({ name: 'polite', version: 1, type: 'contains', asks_model: false });
    expect((await stand.make('POST /api/v1/evaluators', { name: 'polite', type: 'contains' })).version).toBe(2);
    const { data } = (await stand.call('GET /api/v1/evaluators')).json;
    expect(data[0]).toMatchObject({ name: 'polite', version: 2 });
    expect(data.map(({ name }: { name: string }) => name)).toContain('factuality');

    const items = Array.from({ length: 60 }, (_, at) => ({ id: `i${at}`, input: String(at) }));
    const { id } = await dataset('labelled', { items });
    stand.answer = (text) => (Number(text) % 2 === 0 ? 'Please' : 'No');
    const candidate = { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: '{{ input }}' }] };
    const check = { name: 'polite', version: 1, expected: 'please' };
    const run = await stand.make('POST /api/v1/eval-runs', { dataset: id, candidate, evaluators: [check] });
    expect(await stand.ended(run.id)).toMatchObject({ scores: { polite: 0.5 } });
    const calibration = async () => (await stand.call('GET /api/v1/evaluators/polite/calibration?version=1')).json;
    expect(await calibration()).toMatchObject({ items: 0, kappa: null, can_gate: false });
    const results = (await stand.call(`GET /api/v1/eval-runs/${run.id}/results`)).json.data;
    for (const [at, { inference_id, output }] of results.entries()) {
      // People agree but for six.
      const score = (output === 'Please') !== at < 6 ? 1 : 0;
      await stand.make('POST /api/v1/evaluations', { inference_id, metric: 'polite', score, evaluator: 'human' });
    }
    const told = await calibration();
    expect(told).toMatchObject({ items: 60, agreement: 0.9, can_gate: true });
    expect(told.kappa).toBeCloseTo(0.8, 1);
    expect([told.kappa_low < told.kappa, told.kappa_high > told.kappa]).toEqual([true, true]);
    // The latest version judges otherwise: nobody labelled it.
    expect((await stand.call('GET /api/v1/evaluators/polite/calibration')).json).toMatchObject({
      ...{ version: 2, items: 0, can_gate: false },
    });
    expect((await stand.call('GET /api/v1/evaluators/nobody/calibration')).status).toBe(404);
  }, 60_000);
});
