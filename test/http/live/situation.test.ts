import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ComposedWeir, composeWeir } from '../security/composed-weir.ts';

let weir: ComposedWeir;
let answer: ComposedWeir['upstream']['answer'];

beforeAll(async () => {
  weir = await composeWeir({ config: 'retry: { max_attempts: 0 }' });
  answer = weir.upstream.answer;
});
afterAll(() => weir.close());

async function api(line: string, body?: unknown, key = weir.adminKey) {
  const [method = 'GET', path = ''] = line.split(' ');
  const response = await fetch(weir.url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: tests look into replies of every shape.
  return { id: response.headers.get('x-request-id') ?? '', json: (await response.json()) as any };
}

const chat = (key?: string) =>
  api('POST /v1/chat/completions', { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] }, key);

/** What is told once the answer kept for a second is old: asked again until it is as expected. */
async function situation(of: { key?: string; until: (causes: string[]) => boolean }) {
  const deadlineMono = performance.now() + 15_000;
  for (;;) {
    const { json } = await api('GET /api/v1/situation', undefined, of.key);
    const causes = json.data.map(({ cause }: { cause: string }) => cause);
    if (of.until(causes)) return json.data;
    if (performance.now() > deadlineMono) throw new Error(`the situation is ${JSON.stringify(json.data)}`);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

it('says that a provider is down, to whose calls failed and to everybody once its breaker is open', async () => {
  const { json: project } = await api('POST /api/v1/projects', { name: 'elsewhere' });
  const viewer = (await weir.key({ role: 'viewer', project_id: project.id })).key;
  await chat();
  expect((await api('GET /api/v1/situation')).json).toEqual({ data: [] });
  weir.upstream.answer = (_request, response) => {
    response.statusCode = 500;
    response.end('{}');
  };
  for (let at = 0; at < 5; at++) await chat();
  const [first] = await situation({ until: (causes) => causes.length > 0 });
  expect(first).toMatchObject({
    ...{ cause: 'provider_down', object: 'openai', severity: 'critical', href: '/reliability' },
    ...{ sentence: 'openai is down: 5 of 6 tries failed.', since: expect.stringMatching(/^\d{4}-/) },
  });
  const seen = await situation({ key: viewer, until: (causes) => causes.length > 0 });
  expect(seen[0].sentence).toBe('openai is down: calls to it rest.');
  weir.upstream.answer = answer;
});

it('says of whose budget little is left, in the project it belongs to', async () => {
  const { id, key } = await weir.key({ budget: { usd: 0.0002, period: 'total' }, name: 'ci', role: 'developer' });
  const answered = weir.upstream.answer;
  weir.upstream.answer = ({ path }, response) => {
    response.setHeader('content-type', 'application/json');
    const usage = { input_tokens: 3, output_tokens: 300 };
    const message = { id: 'm', type: 'message', role: 'assistant', model: 'claude-3-5-haiku-20241022' };
    const content = [{ type: 'text', text: path }];
    response.end(JSON.stringify({ ...message, content, stop_reason: 'end_turn', stop_sequence: null, usage }));
  };
  const body = { model: 'claude-3-5-haiku-20241022', max_tokens: 1, messages: [{ role: 'user', content: 'hi' }] };
  await api('POST /v1/messages', body, key);
  weir.upstream.answer = answered;
  const data = await situation({ until: (causes) => causes.includes('budget_nearly_gone') });
  const budget = data.find(({ cause }: { cause: string }) => cause === 'budget_nearly_gone');
  expect(budget).toMatchObject({ object: 'key ci', severity: 'critical', sentence: 'Budget of key ci is used up.' });
  await api(`DELETE /api/v1/keys/${id}`);
});

it('says which guardrail people find wrong', async () => {
  for (let at = 0; at < 3; at++) {
    const judgement = { inference_id: `req_${at}`, metric: 'guardrail:pii', score: 0, evaluator: 'human' };
    await api('POST /api/v1/evaluations', judgement);
  }
  const data = await situation({ until: (causes) => causes.includes('guardrail_false_positives') });
  const wrong = data.find(({ cause }: { cause: string }) => cause === 'guardrail_false_positives');
  expect(wrong.sentence).toBe('Guardrail pii stops good calls: 3 false alarms reported.');
});
