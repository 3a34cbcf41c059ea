import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startValidationStand, type ValidationStand } from './scripted-provider.ts';

let stand: ValidationStand;
let openai: OpenAI;
let anthropic: Anthropic;
beforeAll(async () => {
  stand = await startValidationStand(`
routes:
  pair: { targets: [openai/gpt-4o-mini, anthropic/claude-haiku-4-5] }
  watched: { targets: [openai/gpt-4o-mini] }
  unchecked: { targets: [openai/gpt-4o-mini] }
validation:
  routes:
    watched: { mode: check }
    unchecked: { mode: off }
`);
  openai = new OpenAI({ baseURL: `${stand.weir.url}/v1`, apiKey: stand.key, maxRetries: 0 });
  anthropic = new Anthropic({ baseURL: stand.weir.url, apiKey: stand.key, maxRetries: 0 });
});
afterAll(() => stand.close());

const SCHEMA = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1 } },
  required: ['city', 'days'],
  additionalProperties: false,
};
const GOOD = '{"city":"Oslo",  "days":3}';
const WRONG = '{"city":"Oslo","days":0}';
const call = (args: string, more: object = {}) => ({ tool: 'weather', args, ...more });

function toolsOf({ strict, schema = SCHEMA }: { strict: boolean; schema?: object }) {
  return [
    { type: 'function' as const, function: { name: 'weather', parameters: schema as Record<string, unknown>, strict } },
  ];
}
function asked(model: string, of = toolsOf({ strict: true })) {
  return { model, messages: [{ role: 'user' as const, content: 'How will it be?' }], tools: of };
}
const CHAT_MODELS = ['openai/gpt-4o-mini', 'anthropic/claude-haiku-4-5'];

async function argumentsOf(model: string, of = toolsOf({ strict: true })) {
  const { data, response } = await openai.chat.completions.create(asked(model, of)).withResponse();
  const [called] = data.choices[0]?.message.tool_calls ?? [];
  return { args: called?.type === 'function' ? called.function.arguments : undefined, headers: response.headers, data };
}

async function streamed(model: string) {
  const { data, response } = await openai.chat.completions.create({ ...asked(model), stream: true }).withResponse();
  let args = '';
  let text = '';
  for await (const chunk of data) {
    const delta = chunk.choices[0]?.delta;
    text += delta?.content ?? '';
    args += delta?.tool_calls?.[0]?.function?.arguments ?? '';
  }
  return { args, text, headers: response.headers };
}

describe.each(CHAT_MODELS)('calls of a strict tool by %s', (model) => {
  test('that are valid pass unchanged', async () => {
    stand.provider.says(call(GOOD));
    const { args, headers } = await argumentsOf(model);
    expect(JSON.parse(args ?? '')).toEqual(JSON.parse(GOOD));
    expect([headers.get('x-weir-validated'), headers.get('x-weir-attempts')]).toEqual(['valid', '1']);
  });

  test('that are not valid are asked for again, saying what is wrong', async () => {
    stand.provider.says(call(WRONG), call(GOOD));
    const { args, headers } = await argumentsOf(model);
    expect(JSON.parse(args ?? '')).toEqual(JSON.parse(GOOD));
    expect([headers.get('x-weir-validated'), headers.get('x-weir-attempts')]).toEqual(['reasked', '2']);
    const complaint = JSON.stringify(stand.provider.sent(1).messages.at(-1));
    expect(complaint).toContain('weather');
    expect(complaint).toContain('/days must be >= 1');
    expect((await stand.lastRecord()).attempts.map(({ reason }: { reason: string }) => reason)).toEqual([
      'first',
      'reask',
    ]);
  });

  test('that stay wrong are an error that names the argument, not its value', async () => {
    stand.provider.says(call(WRONG));
    const failed = await argumentsOf(model).catch((thrown) => thrown);
    expect(failed).toMatchObject({ status: 502, code: 'reply.invalid' });
    expect(failed.error.details.errors).toMatchObject([{ path: '/tool_calls/weather/days', error_type: 'schema' }]);
    expect(JSON.stringify(failed.error)).not.toContain('Oslo');
  });

  test('in a stream wait until they are valid', async () => {
    stand.provider.says(call(WRONG), call(GOOD));
    const { args, headers } = await streamed(model);
    expect(JSON.parse(args)).toEqual(JSON.parse(GOOD));
    expect(headers.get('x-weir-validated')).toBe('reasked');
  });

  test('in a stream that already said something end it with an error', async () => {
    stand.provider.says(call(WRONG, { text: 'Let me look.' }));
    const shown: string[] = [];
    const read = async () => {
      const stream = await openai.chat.completions.create({ ...asked(model), stream: true });
      for await (const { choices } of stream) shown.push(choices[0]?.delta.content ?? '');
    };
    await expect(read()).rejects.toMatchObject({ code: 'reply.invalid' });
    expect(shown.join('')).toBe('Let me look.');
  });
});

test('arguments with broken syntax are mended, whole and in a stream', async () => {
  stand.provider.says(call('{"city": "Oslo", "days": 3,}'));
  const whole = await argumentsOf('openai/gpt-4o-mini');
  expect([whole.args, whole.headers.get('x-weir-validated')]).toEqual(['{"city": "Oslo", "days": 3}', 'repaired']);
  expect(whole.data.usage?.total_tokens).toBe(30);
  const stream = await streamed('openai/gpt-4o-mini');
  expect([stream.args, stream.headers.get('x-weir-validated')]).toEqual(['{"city": "Oslo", "days": 3}', 'repaired']);
});

test('arguments that were cut off are never mended', async () => {
  stand.provider.says(call('{"city": "Oslo", "days": 3', { finish: 'length' }), call(GOOD));
  const { args, headers } = await argumentsOf('openai/gpt-4o-mini');
  expect([args, headers.get('x-weir-validated')]).toEqual([GOOD, 'reasked']);
});

test('the messages wire is held to strict tools, too', async () => {
  const tools = [{ name: 'weather', input_schema: SCHEMA as Anthropic.Tool.InputSchema, strict: true }];
  const messages = [{ role: 'user' as const, content: 'How will it be?' }];
  const body = { model: 'anthropic/claude-haiku-4-5', max_tokens: 100, tools, messages };
  stand.provider.says(call(WRONG), call(GOOD));
  const message = await anthropic.messages.create(body);
  expect(message.content.at(-1)).toMatchObject({ type: 'tool_use', input: { city: 'Oslo', days: 3 } });
  stand.provider.says(call(WRONG), call(GOOD));
  const streamed = await anthropic.messages.stream(body).finalMessage();
  expect(streamed.content.at(-1)).toMatchObject({ type: 'tool_use', input: { city: 'Oslo', days: 3 } });
});

test('the next target of a route may have better arguments', async () => {
  stand.provider.says(call(WRONG), call(WRONG), call(GOOD));
  const { args, headers } = await argumentsOf('pair');
  expect(JSON.parse(args ?? '')).toEqual(JSON.parse(GOOD));
  expect(headers.get('x-weir-provider')).toBe('anthropic');
});

test('tools that are not strict, and calls with the mode off, are not checked', async () => {
  stand.provider.says(call(WRONG));
  const loose = await argumentsOf('openai/gpt-4o-mini', toolsOf({ strict: false }));
  const off = await argumentsOf('unchecked');
  for (const { args, headers } of [loose, off]) {
    expect([args, headers.get('x-weir-validated')]).toEqual([WRONG, null]);
  }
});

test('the mode check asks nobody again', async () => {
  stand.provider.says(call(WRONG), call(GOOD));
  await expect(argumentsOf('watched')).rejects.toMatchObject({ status: 502, code: 'reply.invalid' });
  expect(stand.provider.requests).toHaveLength(1);
});

test('a strict tool whose schema cannot be used is the provider’s to judge', async () => {
  stand.provider.says(call(WRONG));
  const { args } = await argumentsOf('openai/gpt-4o-mini', toolsOf({ strict: true, schema: { type: 'nonsense' } }));
  expect(args).toBe(WRONG);
});
