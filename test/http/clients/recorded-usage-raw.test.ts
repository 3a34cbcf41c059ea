import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatReply, Content } from '../../../server/src/kernel/chat.ts';
import { type Usage, usage } from '../../../server/src/kernel/usage.ts';
import { requirement } from '../../support/requirement.ts';
import { type RunningWeir, startWeir } from '../../support/weir.ts';
import { configuration } from './aimock/providers.ts';
import { RawUpstream } from './raw-upstream.ts';
import { answerInWire } from './raw-wire-providers.ts';

/** Providers that the simulator does not play, by the wires they really speak, with the buckets those wires can say. */
const MODELS: Readonly<Record<string, Partial<Usage>>> = {
  'azure-openai/gpt-4o': { cacheRead: 40, reasoning: 9 },
  'gemini/gemini-2.5-flash': { cacheRead: 40, reasoning: 9 },
  'vertex/gemini-2.5-flash': { cacheRead: 40, reasoning: 9 },
  'vertex/claude-sonnet-4-5': { cacheRead: 40, cacheWrite5m: 20 },
  'mistral/mistral-large-latest': { cacheRead: 40 },
  'cohere/command-a-03-2025': {},
  'bedrock/amazon.nova-pro-v1:0': { cacheRead: 40 },
  'bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0': { cacheRead: 40, cacheWrite5m: 20 },
  'ollama/llama3.2': {},
  'local/llama': {},
};

/** Runs on one's own machine: its price is known to be nothing. */
const FREE = 'ollama/llama3.2';

const CONTENTS: Readonly<Record<string, readonly Content[]>> = {
  text: [{ type: 'text', text: 'The weir holds 42 litres, naïve café ☕ 漢字.' }],
  'two tool calls': [
    { type: 'tool-call', id: 'call_1', name: 'get_weather', argumentsText: '{"city":"Oslo"}' },
    { type: 'tool-call', id: 'call_2', name: 'get_weather', argumentsText: '{"city":"Rome"}' },
  ],
};

const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const PROMPT = 'What is the weather in Oslo and Rome?';

const CALLS: Readonly<Record<string, { path: string; body: object }>> = {
  'chat completions': {
    path: '/v1/chat/completions',
    body: {
      messages: [{ role: 'user', content: PROMPT }],
      tools: [{ type: 'function', function: { name: 'get_weather', parameters } }],
    },
  },
  responses: {
    path: '/v1/responses',
    body: { input: PROMPT, store: false, tools: [{ type: 'function', name: 'get_weather', parameters }] },
  },
  messages: {
    path: '/v1/messages',
    body: {
      max_tokens: 500,
      messages: [{ role: 'user', content: PROMPT }],
      tools: [{ name: 'get_weather', input_schema: parameters }],
    },
  },
};

const upstream = new RawUpstream();
let weir: RunningWeir;
let key: string;

beforeAll(async () => {
  const prices = Object.keys(MODELS)
    .filter((model) => model !== FREE)
    .map((model) => `  "${model}": { input: 3, output: 15, cache_read: 0.3, cache_write: 3.75, reasoning: 20 }`);
  const config = `${configuration(await upstream.listen())}prices:\n${prices.join('\n')}\n`;
  weir = await startWeir({ config });
  key = await weir.key();
});
afterAll(async () => {
  await weir.stop();
  await upstream.close();
});

const cases = Object.keys(MODELS).flatMap((model) =>
  Object.keys(CALLS).flatMap((call) => Object.keys(CONTENTS).map((content) => ({ model, call, content }))),
);

describe(requirement('A12'), () => {
  it.each(cases)(
    '$model records the same tokens and cost of $content by $call, whole and streamed',
    async ({ model, call, content }) => {
      const buckets = usage({ input: 120, output: 30, ...MODELS[model] });
      const reply: ChatReply = {
        id: 'reply_1',
        model: 'the-model',
        createdS: 1_763_632_800,
        choices: [
          { index: 0, content: CONTENTS[content] ?? [], finishReason: content === 'text' ? 'stop' : 'tool-calls' },
        ],
        usage: buckets,
      };
      upstream.answer = (request, response) => answerInWire(reply, request, response);
      const whole = await recordOf(call, model, false);
      const streamed = await recordOf(call, model, true);
      expect(whole).toMatchObject({ provider: model.split('/')[0], status: 200, success: true });
      expect(whole.tokens).toMatchObject(spoken(buckets));
      expect([whole.cost_state, Number(whole.cost_nano_usd) > 0]).toEqual(['exact', model !== FREE]);
      for (const fact of ['provider', 'model', 'status', 'tokens', 'tokens_used', 'cost_nano_usd', 'cost_state']) {
        expect([fact, streamed[fact]]).toEqual([fact, whole[fact]]);
      }
      expect([whole.stream, streamed.stream]).toEqual([false, true]);
    },
  );
});

/** The ledger's names of the buckets that are not empty. */
function spoken(of: Usage): Record<string, number> {
  return {
    input: of.input,
    output: of.output,
    cache_read: of.cacheRead,
    cache_write_5m: of.cacheWrite5m,
    reasoning: of.reasoning,
  };
}

async function recordOf(name: string, model: string, stream: boolean): Promise<Record<string, unknown>> {
  const call = CALLS[name];
  if (call === undefined) throw new Error(`no ${name}`);
  const asked = await weir.api(
    `POST ${call.path}`,
    { model, stream, ...call.body },
    { authorization: `Bearer ${key}` },
  );
  expect([asked.status, asked.text.slice(0, 300)]).toEqual([200, expect.anything()]);
  const id = asked.headers.get('x-request-id');
  const { json } = await weir.api('GET /api/v1/usage/records?limit=20');
  const record = json.data.find((each: { request_id: string }) => each.request_id === id);
  if (record === undefined) throw new Error(`no record of ${id}`);
  return record;
}
