import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ComposedWeir, composeWeir } from '../security/composed-weir.ts';

let weir: ComposedWeir;

beforeAll(async () => {
  weir = await composeWeir();
});

afterAll(() => weir.close());

beforeEach(() => {
  weir.upstream.requests.length = 0;
});

/** Texts that some readers replace or cut; each is written as JSON. */
const TEXTS: readonly (readonly [string, string])[] = [
  ['half a surrogate', '"a\\ud800b"'],
  ['the other half', '"a\\udc00b"'],
  ['NUL', '"a\\u0000b"'],
  ['a noncharacter', '"a\\uffffb"'],
  ['a replacement character', '"a\\ufffdb"'],
  ['a line separator', '"a\\u2028b"'],
  ['a text that looks like JSON', '"{\\"model\\":\\"gpt-4\\"}"'],
];

const ROUTES = [
  ['/v1/chat/completions', 'openai/gpt-4o-mini'],
  ['/v1/chat/completions', 'anthropic/claude-3-5-haiku-latest'],
  ['/v1/messages', 'anthropic/claude-3-5-haiku-latest'],
  ['/v1/messages', 'openai/gpt-4o-mini'],
  ['/api/sampling/request', 'openai/gpt-4o-mini'],
] as const;

test.each(ROUTES.flatMap(([path, model]) => TEXTS.map(([name, text]) => ({ path, model, name, text }))))(
  '$path to $model keeps $name as it is; the seed APIs take NUL out',
  async ({ path, model, text }) => {
    const limit = path.startsWith('/v1/') ? '"max_tokens":10' : '"maxTokens":10';
    const response = await fetch(weir.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${weir.adminKey}` },
      body: `{"model":"${model}",${limit},"messages":[{"role":"user","content":${text}}]}`,
    });
    expect(response.status).toBe(200);
    const sent = JSON.parse(weir.upstream.requests[0]?.body.toString('utf8') ?? '{}');
    const { content } = sent.messages[0];
    const expected = path.startsWith('/v1/') ? JSON.parse(text) : JSON.parse(text).replace('\0', '');
    expect(typeof content === 'string' ? content : content[0].text).toBe(expected);
  },
);

test('names with half surrogates and NUL are labels like others', async () => {
  const response = await fetch(`${weir.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${weir.adminKey}` },
    body: '{"model":"gpt-4o-mini","user":"a\\ud800\\u0000b","messages":[{"role":"user","content":"hi"}]}',
  });
  expect(response.status).toBe(200);
  const line = await weir.logLine(response.headers.get('x-request-id') ?? '');
  expect(line).toMatchObject({ event: 'llm_request_completed', success: true });
  const records = await fetch(`${weir.url}/api/v1/usage/records?limit=1`, {
    headers: { authorization: `Bearer ${weir.adminKey}` },
  });
  const [record] = ((await records.json()) as { data: { request_id: string }[] }).data;
  expect(record?.request_id).toBe(response.headers.get('x-request-id'));
});
