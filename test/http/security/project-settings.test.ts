import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ComposedWeir, composeWeir } from './composed-weir.ts';

let weir: ComposedWeir;
/** Keys of two projects: `own` has a policy, `other` has none. */
const keys = { own: '', other: '' };
let policy = '';

beforeAll(async () => {
  weir = await composeWeir();
  for (const name of ['own', 'other'] as const) {
    const project = await send(weir.adminKey, 'POST /api/v1/projects', { name });
    keys[name] = (await weir.key({ project_id: project.json.id })).key;
    if (name === 'own') policy = `PUT /api/v1/projects/${project.json.id}/policy`;
  }
  weir.upstream.answer = (_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        id: 'c',
        object: 'chat.completion',
        created: 1,
        model: 'gpt-4o-mini',
        choices: [{ index: 0, message: { role: 'assistant', content: "{'a': 1,}" }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 5, completion_tokens: 5, total_tokens: 10 },
      }),
    );
  };
});
afterAll(() => weir.close());

async function send(key: string, line: string, body: unknown) {
  const [method = '', path = ''] = line.split(' ');
  const response = await fetch(weir.url + path, {
    method,
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, json: JSON.parse(await response.text()) };
}

const ask = (key: string, question: string, more: object = {}) =>
  send(key, 'POST /v1/chat/completions', {
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: question }],
    ...more,
  });

describe("a project's policy", () => {
  test('decides how its replies are checked, and nobody else’s', async () => {
    await send(weir.adminKey, policy, { validation: { mode: 'check' } });
    const format = { response_format: { type: 'json_object' } };
    expect((await ask(keys.own, 'broken?', format)).status).toBe(502);
    const mended = await ask(keys.other, 'broken?', format);
    expect(mended.status).toBe(200);
    expect(mended.headers.get('x-weir-validated')).toBe('repaired');
    await send(weir.adminKey, policy, {});
    expect((await ask(keys.own, 'broken?', format)).status).toBe(200);
  });

  test('decides whether its calls use the cache, and nobody else’s', async () => {
    await send(weir.adminKey, policy, { cache: { enabled: true, ttl_s: 60 } });
    const verdicts = async (key: string) => [
      (await ask(key, 'twice')).headers.get('x-weir-cache'),
      (await ask(key, 'twice')).headers.get('x-weir-cache'),
    ];
    expect(await verdicts(keys.own)).toEqual(['miss', 'hit']);
    expect(await verdicts(keys.other)).toEqual(['bypass', 'bypass']);
  });

  test('names the setting that is wrong', async () => {
    const refused = await send(weir.adminKey, policy, { cache: { semantic: { threshold: 2 } } });
    expect(refused.status).toBe(400);
    expect(refused.json.error.details.param).toBe('cache.semantic.threshold');
    expect((await send(weir.adminKey, policy, { sanitize: { everything: true } })).json.error.message).toContain(
      'sanitize.everything',
    );
  });
});
