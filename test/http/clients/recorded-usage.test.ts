import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../../support/requirement.ts';
import { PROVIDERS } from './client-suite.ts';
import { type Stand, startStand } from './stand.ts';

let stand: Stand;
beforeAll(async () => {
  stand = await startStand();
});
afterAll(() => stand.close());

interface Asked {
  readonly path: string;
  readonly body: (model: string, stream: boolean) => object;
}

const PROMPT = 'in 60 words';
const TOOLS_PROMPT = 'What is the weather in Oslo and Rome?';
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

const CALLS: Readonly<Record<string, Asked>> = {
  'chat completions': {
    path: '/v1/chat/completions',
    body: (model, stream) => ({ model, stream, messages: [{ role: 'user', content: PROMPT }] }),
  },
  'chat completions with tools': {
    path: '/v1/chat/completions',
    body: (model, stream) => ({
      model,
      stream,
      messages: [{ role: 'user', content: TOOLS_PROMPT }],
      tools: [{ type: 'function', function: { name: 'get_weather', parameters } }],
    }),
  },
  responses: { path: '/v1/responses', body: (model, stream) => ({ model, stream, input: PROMPT, store: false }) },
  messages: {
    path: '/v1/messages',
    body: (model, stream) => ({ model, stream, max_tokens: 500, messages: [{ role: 'user', content: PROMPT }] }),
  },
};

const pairs = Object.keys(PROVIDERS).flatMap((provider) => Object.keys(CALLS).map((call) => [call, provider] as const));

describe(requirement('A12'), () => {
  it.each(pairs)('%s of %s record the same tokens and cost, whole and streamed', async (call, provider) => {
    const whole = await recordOf(call, provider, false);
    const streamed = await recordOf(call, provider, true);
    expect(whole).toMatchObject({ provider, status: 200 });
    const { input, output } = whole.tokens as { input: number; output: number };
    expect([input > 3, output > 3, Number(whole.cost_nano_usd) > 0]).toEqual([true, true, true]);
    for (const fact of ['provider', 'model', 'status', 'tokens', 'tokens_used', 'cost_nano_usd', 'cost_state']) {
      expect([fact, streamed[fact]]).toEqual([fact, whole[fact]]);
    }
    expect([whole.stream, streamed.stream]).toEqual([false, true]);
  });
});

async function recordOf(name: string, provider: string, stream: boolean): Promise<Record<string, unknown>> {
  const call = CALLS[name];
  const model = PROVIDERS[provider]?.chat;
  if (call === undefined || model === undefined) throw new Error(`no ${name} of ${provider}`);
  const asked = await stand.weir.api(`POST ${call.path}`, call.body(model, stream), {
    authorization: `Bearer ${stand.key}`,
    'anthropic-version': '2023-06-01',
  });
  expect([asked.status, asked.text.slice(0, 200)]).toEqual([200, expect.anything()]);
  const id = asked.headers.get('x-request-id');
  const { json } = await stand.weir.api('GET /api/v1/usage/records?limit=20');
  const record = json.data.find((each: { request_id: string }) => each.request_id === id);
  if (record === undefined) throw new Error(`no record of ${id}`);
  return record;
}
