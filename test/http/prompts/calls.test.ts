import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { JsonObject } from '../../../server/src/kernel/json.ts';
import { requirement } from '../../support/requirement.ts';
import { type RunningWeir, startWeir } from '../../support/weir.ts';
import { ScriptedProvider } from '../validation/scripted-provider.ts';

const provider = new ScriptedProvider();
let weir: RunningWeir;
let key: string;

beforeAll(async () => {
  await provider.listen();
  const config =
    'cache: { exact: { llm: false } }\nroutes: { fast: { strategy: fallback, targets: [openai/gpt-4o-mini] } }';
  weir = await startWeir({ env: provider.environment, config });
  key = await weir.key();
  provider.says('fine');
  await add('team/ask', {
    messages: [
      { role: 'system', content: 'Speak {{ language }}.' },
      { role: 'user', content: 'Explain {{ topic }}.' },
    ],
    model_config: { model: 'gpt-4o-mini', temperature: 0.25, max_tokens: 77 },
    labels: ['production'],
  });
  await add('team/ask', { messages: [{ role: 'user', content: 'newer {{ topic }}' }] });
});
afterAll(async () => {
  await weir.stop();
  await provider.upstream.close();
});

const add = async (name: string, body: object) => {
  const made = await weir.api('POST /api/v1/prompts', { name, ...body });
  expect([made.status, made.text]).toEqual([201, expect.any(String)]);
};
const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  weir.api(`POST ${path}`, body, { authorization: `Bearer ${key}`, ...headers });
const sent = () => JSON.parse(provider.upstream.requests.at(-1)?.body.toString() ?? '{}') as JsonObject;
const records = async () => (await weir.api('GET /api/v1/usage/records?limit=1')).json.data[0];

const said = (input: unknown) => {
  const [{ role, content }] = input as [{ role: string; content: [{ text: string }] }];
  return { role, content: content[0].text };
};

const variables = { language: 'Latin', topic: 'weirs' };
const prompt = { name: 'team/ask', variables };
const MESSAGES = [
  { role: 'system', content: 'Speak Latin.' },
  { role: 'user', content: 'Explain weirs.' },
];

describe(requirement('D6'), () => {
  it.each([
    ['/v1/chat/completions', {}],
    ['/v1/responses', { store: false }],
    ['/v1/messages', {}],
    ['/api/sampling/request', {}],
    ['/api/v1/llm/completion', {}],
    ['/api/v1/llm/chat', {}],
    ['/api/v1/inference', { provider: 'openai', model: 'gpt-4o-mini' }],
  ])('takes the place of messages and settings on %s, and the record says which version it was', async (path, more) => {
    const reply = await post(path, { prompt, ...more });
    expect([reply.status, reply.text]).toEqual([200, expect.any(String)]);
    const { messages, instructions, input, max_tokens, max_completion_tokens, max_output_tokens } = sent();
    expect(messages ?? [{ role: 'system', content: instructions }, said(input)]).toEqual(MESSAGES);
    expect(sent()).toMatchObject({ model: 'gpt-4o-mini', temperature: 0.25 });
    expect(max_tokens ?? max_completion_tokens ?? max_output_tokens).toBe(77);
    expect(JSON.stringify(sent())).not.toContain('team/ask');
    expect(await records()).toMatchObject({
      prompt: 'team/ask',
      prompt_version: 1,
      model_requested: expect.stringContaining('gpt-4o-mini'),
    });
  });
});

test('what the call says itself wins, and its own messages come behind', async () => {
  const own = { role: 'user', content: 'And dams?' };
  const body = {
    prompt: { ...prompt, label: 'production' },
    messages: [own],
    temperature: 1,
    max_completion_tokens: 5,
    model: 'fast',
  };
  expect((await post('/v1/chat/completions', body)).status).toBe(200);
  expect(sent()).toMatchObject({ messages: [...MESSAGES, own], temperature: 1, max_completion_tokens: 5 });
  expect(sent().max_tokens).toBeUndefined();
  expect(await records()).toMatchObject({ model_requested: 'fast', model: 'gpt-4o-mini' });
});

test('is written into the wire of the provider, whichever wire the client speaks', async () => {
  const model = 'claude-3-5-haiku-20241022';
  for (const [path, own] of [
    ['/v1/messages', { max_tokens: 9, system: 'Be kind.', messages: [{ role: 'user', content: 'And dams?' }] }],
    ['/v1/chat/completions', { max_tokens: 9, messages: [{ role: 'user', content: 'And dams?' }] }],
  ] as const) {
    expect((await post(path, { model, prompt, ...own })).status).toBe(200);
    const text = JSON.stringify([sent().system, sent().messages]);
    for (const each of ['Speak Latin.', 'Explain weirs.', 'And dams?']) expect(text).toContain(each);
    expect(text.indexOf('Explain weirs.')).toBeLessThan(text.indexOf('And dams?'));
    expect(sent()).toMatchObject({ model, max_tokens: 9, temperature: 0.25 });
    expect(sent().prompt).toBeUndefined();
  }
});

test('is the text of a completion', async () => {
  await post('/v1/completions', { prompt, model: 'gpt-3.5-turbo-instruct' });
  const { prompt: text, messages } = sent();
  expect(text ?? JSON.stringify(messages)).toContain('Speak Latin.\n\nExplain weirs.');
});

test.each([
  ['/v1/completions', { model: 'gpt-3.5-turbo-instruct', prompt: 'a string' }],
  ['/v1/responses', { model: 'gpt-4o-mini', prompt: { id: 'pmpt_1', variables: { name: 'x' } } }],
  ['/v1/chat/completions', { model: 'gpt-4o-mini', messages: MESSAGES, prompt: { id: 'theirs' } }],
])("leaves the prompt that is the provider's own on %s as it is", async (path, body) => {
  await post(path, body);
  expect(sent()).toMatchObject(body);
  expect(await records()).toMatchObject({ prompt: null, prompt_version: null });
});

test('a stream carries it too', async () => {
  const reply = await post('/v1/chat/completions', { prompt, stream: true });
  expect([reply.status, reply.text]).toEqual([200, expect.stringContaining('[DONE]')]);
  expect(sent()).toMatchObject({ stream: true, messages: MESSAGES });
});

test('what is wrong is said in the shape of the wire, and nothing is sent', async () => {
  provider.says('fine');
  const cases: [string, object, number, string][] = [
    ['/v1/chat/completions', { prompt: { name: 'team/ask', version: 1 } }, 400, 'variables.language: is missing'],
    ['/v1/messages', { prompt: { name: 'team/nobody' }, max_tokens: 5 }, 404, 'There is no prompt'],
    ['/v1/responses', { prompt: { ...prompt, label: 'beta' } }, 404, 'points nowhere'],
    ['/v1/chat/completions', { prompt: { ...prompt, lable: 'x' } }, 400, 'prompt.lable'],
    ['/v1/chat/completions', { prompt, temperature: 'hot' }, 400, 'temperature'],
    ['/v1/chat/completions', { prompt: { ...prompt, version: 2 } }, 400, 'model'],
    ['/api/v1/llm/completion', { template: 'nobody' }, 404, 'There is no prompt'],
    ['/api/v1/llm/completion', { template: 'team/ask', prompt }, 400, 'template'],
    ['/api/sampling/request', {}, 400, 'messages'],
  ];
  for (const [path, body, status, message] of cases) {
    const reply = await post(path, body);
    expect([path, reply.status, reply.text]).toEqual([path, status, expect.stringContaining(message)]);
  }
  expect(provider.requests).toHaveLength(0);
});

test('a model that the prompt names must be one that the key may use', async () => {
  const own = await weir.key({ models: ['gpt-4o'] });
  const refused = await post('/v1/chat/completions', { prompt }, { authorization: `Bearer ${own}` });
  expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('gpt-4o-mini')]);
});

test('of a weighted label every user has one version, which the record names', async () => {
  for (const each of ['one', 'two']) await add('team/split', { messages: [{ role: 'user', content: each }] });
  const versions = [1, 2].map((version) => ({ version, weight: 1 }));
  await weir.api(`PUT /api/v1/prompts/${encodeURIComponent('team/split')}/labels/production`, { versions });
  const got = new Map<string, string>();
  for (let turn = 0; turn < 24; turn++) {
    const user = `user ${turn % 12}`;
    await post('/v1/chat/completions', { model: 'gpt-4o-mini', user, prompt: { name: 'team/split' } });
    const [{ content }] = sent().messages as [{ content: string }];
    expect(got.get(user) ?? content).toBe(content);
    expect((await records()).prompt_version).toBe(content === 'one' ? 1 : 2);
    got.set(user, content);
  }
  expect(new Set(got.values())).toEqual(new Set(['one', 'two']));
});

test('a conversation keeps what the prompt said', async () => {
  const first = await post('/api/v1/llm/chat', { prompt });
  const id = first.json.conversation_id;
  await post('/api/v1/llm/chat', { conversation_id: id, prompt: 'And then?', model: 'gpt-4o-mini' });
  expect(sent().messages).toEqual([
    ...MESSAGES,
    { role: 'assistant', content: 'fine' },
    { role: 'user', content: 'And then?' },
  ]);
});

test('a reply in the cache belongs to one version of a prompt', async () => {
  await add('team/cached', { messages: [{ role: 'user', content: 'same' }], labels: ['production'] });
  const ask = () =>
    post('/v1/chat/completions', { model: 'gpt-4o-mini', prompt: { name: 'team/cached' } }, { 'x-weir-cache': 'use' });
  expect((await ask()).headers.get('x-weir-cache')).toBe('miss');
  expect((await ask()).headers.get('x-weir-cache')).toBe('hit');
  await add('team/cached', { messages: [{ role: 'user', content: 'same' }], labels: ['production'] });
  expect((await ask()).headers.get('x-weir-cache')).toBe('miss');
});
