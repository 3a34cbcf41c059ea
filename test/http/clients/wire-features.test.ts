import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PROVIDERS } from './client-suite.ts';
import { parsed, WEATHER_PARAMETERS } from './client-under-test.ts';
import { type Stand, startStand } from './stand.ts';

let stand: Stand;
let openai: OpenAI;
let anthropic: Anthropic;

beforeAll(async () => {
  stand = await startStand();
  openai = new OpenAI({ apiKey: stand.key, baseURL: `${stand.weir.url}/v1`, maxRetries: 0 });
  anthropic = new Anthropic({ apiKey: stand.key, baseURL: stand.weir.url, maxRetries: 0 });
});
afterEach(() => stand.simulator.faults.clear());
afterAll(() => stand.close());

const REASONING: Readonly<Record<string, string>> = {
  openai: 'openai/gpt-5.2',
  anthropic: 'anthropic/claude-sonnet-4-6',
  'anthropic with budgets': 'anthropic/claude-sonnet-4-5',
  groq: 'groq/openai/gpt-oss-120b',
  huggingface: 'huggingface/openai/gpt-oss-120b',
};
const providers = Object.entries(PROVIDERS).map(([provider, { chat }]) => [provider, chat] as const);
const reasoning = Object.entries(REASONING);
const chatTools = [{ type: 'function' as const, function: { name: 'get_weather', parameters: WEATHER_PARAMETERS } }];
const messageTools = [{ name: 'get_weather', input_schema: WEATHER_PARAMETERS }];
const responseTools = [
  { type: 'function' as const, name: 'get_weather', strict: true, parameters: WEATHER_PARAMETERS },
];
const WEATHER = 'What is the weather in Oslo?';

describe('Chat Completions', () => {
  it.each(providers)('takes every common field to %s', async (_provider, model) => {
    const reply = await openai.chat.completions.create({
      model,
      messages: [
        { role: 'developer', content: 'Be brief.' },
        { role: 'user', content: [{ type: 'text', text: 'say "one END two"' }], name: 'ada' },
      ],
      temperature: 0.3,
      top_p: 0.9,
      max_completion_tokens: 50,
      stop: ['END'],
      seed: 7,
      frequency_penalty: 0.1,
      presence_penalty: 0.1,
      user: 'user-1',
      safety_identifier: 'user-1',
      metadata: { a: 'b' },
      store: false,
      service_tier: 'auto',
    });
    expect(reply.choices[0]?.message.content?.trim()).toBe('one');
    expect(reply.choices[0]?.finish_reason).toBe('stop');
  });

  it.each(providers)('shows no usage chunk that nobody asked for, from %s', async (_provider, model) => {
    const chunks = await openai.chat.completions.create({
      model,
      messages: [{ role: 'user', content: 'hi' }],
      stream: true,
    });
    let finished = 0;
    for await (const chunk of chunks) {
      expect(chunk.usage ?? null).toBeNull();
      expect(chunk.choices.length).toBe(1);
      if (chunk.choices[0]?.finish_reason) finished++;
    }
    expect(finished).toBe(1);
  });

  it.each(providers)('obeys the choice of tools at %s', async (_provider, model) => {
    const ask = (tool_choice: OpenAI.ChatCompletionToolChoiceOption, content = 'A poem.') =>
      openai.chat.completions.create({ model, messages: [{ role: 'user', content }], tools: chatTools, tool_choice });
    const named = await ask({ type: 'function', function: { name: 'get_weather' } });
    expect(named.choices[0]?.message.tool_calls).toHaveLength(1);
    expect((await ask('required')).choices[0]?.message.tool_calls).toHaveLength(1);
    expect((await ask('none', WEATHER)).choices[0]?.message.tool_calls ?? []).toEqual([]);
  });

  it.each(providers)('makes one call at a time when it must, at %s', async (_provider, model) => {
    const reply = await openai.chat.completions.create({
      model,
      messages: [{ role: 'user', content: 'What is the weather in Oslo and Rome?' }],
      tools: chatTools,
      parallel_tool_calls: false,
    });
    expect(reply.choices[0]?.message.tool_calls).toHaveLength(1);
  });

  it.each(providers)('gives any JSON when it must, from %s', async (provider, model) => {
    const reply = await openai.chat.completions.create({
      model,
      messages: [{ role: 'user', content: 'Answer in JSON: say "{}"' }],
      response_format: { type: 'json_object' },
    });
    // The Messages wire has no field for it: there the model is told.
    if (provider === 'anthropic')
      expect(stand.lastSent().body).toMatchObject({ system: expect.stringMatching(/JSON/) });
    else expect(parsed(reply.choices[0]?.message.content)).toBeTypeOf('object');
  });

  it.each(reasoning)('thinks, calls a tool and goes on with %s', async (_provider, model) => {
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: WEATHER }];
    const settings = { model, tools: chatTools, reasoning_effort: 'high' as const, max_completion_tokens: 20_000 };
    const first = await openai.chat.completions.create({ ...settings, messages });
    const message = first.choices[0]?.message;
    const call = message?.tool_calls?.[0];
    if (message === undefined || call === undefined) throw new Error('no call');
    messages.push(message, { role: 'tool', tool_call_id: call.id, content: 'rain' });
    const second = await openai.chat.completions.create({ ...settings, messages });
    expect(second.choices[0]?.message.content).toContain('rain');
    expect(second.usage?.completion_tokens).toBeGreaterThan(0);
  });

  it('brings logprobs and several choices from a provider that has them', async () => {
    const reply = await openai.chat.completions.create({
      model: 'openai/gpt-4o-mini',
      messages: [{ role: 'user', content: 'hi' }],
      n: 2,
    });
    expect(reply.choices.map(({ index }) => index)).toEqual([0, 1]);
  });

  it('says which fields another wire could not take', async () => {
    const { response } = await openai.chat.completions
      .create({
        model: 'anthropic/claude-sonnet-4-6',
        messages: [{ role: 'user', content: 'hi' }],
        seed: 7,
        logit_bias: { 50: 1 },
      })
      .withResponse();
    expect(response.headers.get('x-weir-dropped')).toMatch(/seed/);
    expect(response.headers.get('x-weir-dropped')).toMatch(/logit_bias/);
  });
});

describe('Messages', () => {
  it.each(providers)('takes every common field to %s', async (_provider, model) => {
    const reply = await anthropic.messages.create({
      model,
      max_tokens: 50,
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      messages: [
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: 'Hello.' },
        { role: 'user', content: [{ type: 'text', text: 'say "one END two"', cache_control: { type: 'ephemeral' } }] },
      ],
      stop_sequences: ['END'],
      metadata: { user_id: 'user-1' },
      service_tier: 'auto',
    });
    expect(reply.content).toMatchObject([{ type: 'text', text: expect.stringMatching(/^one\s*$/) }]);
    expect(['stop_sequence', 'end_turn']).toContain(reply.stop_reason);
  });

  it.each(providers)('obeys the choice of tools at %s', async (_provider, model) => {
    const ask = async (tool_choice: Anthropic.ToolChoice, content = 'A poem.') => {
      const messages = [{ role: 'user' as const, content }];
      const reply = await anthropic.messages.create({
        model,
        max_tokens: 500,
        messages,
        tools: messageTools,
        tool_choice,
      });
      return reply.content.filter(({ type }) => type === 'tool_use').length;
    };
    expect(await ask({ type: 'tool', name: 'get_weather' })).toBe(1);
    expect(await ask({ type: 'any' })).toBe(1);
    expect(await ask({ type: 'none' }, WEATHER)).toBe(0);
    expect(await ask({ type: 'auto', disable_parallel_tool_use: true }, 'Weather in Oslo and Rome?')).toBe(1);
  });

  it.each(reasoning)('thinks, calls a tool and goes on with %s', async (provider, model) => {
    const messages: Anthropic.MessageParam[] = [{ role: 'user', content: WEATHER }];
    const thinking: Anthropic.ThinkingConfigParam =
      provider === 'anthropic' ? { type: 'adaptive' } : { type: 'enabled', budget_tokens: 2000 };
    const settings = { model, max_tokens: 8000, tools: messageTools, thinking };
    const first = await anthropic.messages.stream({ ...settings, messages }).finalMessage();
    const call = first.content.find((block) => block.type === 'tool_use');
    if (call === undefined) throw new Error('no call');
    messages.push(
      { role: 'assistant', content: first.content as Anthropic.ContentBlockParam[] },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: call.id, content: [{ type: 'text', text: 'rain' }] }],
      },
    );
    const second = await anthropic.messages.create({ ...settings, messages });
    expect(JSON.stringify(second.content)).toContain('rain');
  });

  it.each(providers)('reads a text document at %s', async (_provider, model) => {
    const reply = await anthropic.messages.create({
      model,
      max_tokens: 300,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'The weir is 3 m high.' } },
            { type: 'text', text: 'How high?' },
          ],
        },
      ],
    });
    expect(reply.content.length).toBe(1);
    expect(JSON.stringify(stand.lastSent().body)).toContain('The weir is 3 m high.');
  });

  it.each(providers)('counts tokens for %s', async (_provider, model) => {
    const messages = [{ role: 'user' as const, content: 'How many tokens are these?' }];
    const { input_tokens } = await anthropic.messages.countTokens({ model, messages });
    expect(input_tokens).toBeGreaterThan(4);
    expect(input_tokens).toBeLessThan(40);
  });

  it('lists models in its own shape', async () => {
    const ids: string[] = [];
    for await (const model of anthropic.models.list({ limit: 20 })) ids.push(model.id);
    expect(ids).toContain('claude-sonnet-4-6');
    expect(new Set(ids).size).toBe(ids.length);
    expect((await anthropic.models.retrieve('claude-sonnet-4-6')).type).toBe('model');
  });
});

describe('Responses', () => {
  it.each(providers)('go on from one another at %s', async (_provider, model) => {
    const first = await openai.responses.create({ model, input: 'say "the first answer"', instructions: 'Be brief.' });
    const second = await openai.responses.create({ model, input: 'say "second"', previous_response_id: first.id });
    expect(second.output_text).toBe('second');
    expect(second.previous_response_id).toBe(first.id);
    expect((await openai.responses.retrieve(first.id)).output_text).toBe('the first answer');
    const items = await openai.responses.inputItems.list(second.id);
    expect(JSON.stringify(items.data)).toContain('second');
    await openai.responses.delete(first.id);
    await expect(openai.responses.retrieve(first.id)).rejects.toMatchObject({ status: 404 });
  });

  it.each(providers)('keep nothing when they must not, at %s', async (_provider, model) => {
    const { id } = await openai.responses.create({ model, input: 'hi', store: false });
    await expect(openai.responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
  });

  it.each(reasoning)('think, call a tool and go on without being stored, with %s', async (_provider, model) => {
    const input: OpenAI.Responses.ResponseInputItem[] = [{ role: 'user', content: WEATHER }];
    const settings = {
      model,
      tools: responseTools,
      store: false,
      reasoning: { effort: 'high' as const, summary: 'auto' as const },
      include: ['reasoning.encrypted_content' as const],
    };
    const first = await openai.responses.create({ ...settings, input });
    const call = first.output.find((item) => item.type === 'function_call');
    if (call === undefined) throw new Error('no call');
    input.push(...(first.output as OpenAI.Responses.ResponseInputItem[]));
    input.push({ type: 'function_call_output', call_id: call.call_id, output: 'rain' });
    const second = await openai.responses.stream({ ...settings, input }).finalResponse();
    expect(second.output_text).toContain('rain');
  });

  it.each(providers)('count the tokens of an input for %s', async (_provider, model) => {
    const { input_tokens } = await openai.responses.inputTokens.count({ model, input: 'How many tokens are these?' });
    expect(input_tokens).toBeGreaterThan(4);
    expect(input_tokens).toBeLessThan(40);
  });
});

describe('legacy completions', () => {
  it.each(providers)('are answered by %s, whole and streamed', async (_provider, model) => {
    const reply = await openai.completions.create({ model, prompt: 'say "as ever"', max_tokens: 30 });
    expect(reply.choices[0]?.text).toBe('as ever');
    let text = '';
    const chunks = await openai.completions.create({ model, prompt: 'say "as ever"', max_tokens: 30, stream: true });
    for await (const chunk of chunks) text += chunk.choices[0]?.text ?? '';
    expect(text).toBe('as ever');
  });
});

describe('lists', () => {
  it('of models are what the openai client reads', async () => {
    const ids: string[] = [];
    for await (const model of openai.models.list()) ids.push(model.id);
    expect(ids).toContain('gpt-4o-mini');
    expect((await openai.models.retrieve('gpt-4o-mini')).object).toBe('model');
    await expect(openai.models.retrieve('no-such-model')).rejects.toMatchObject({ status: 404 });
  });
});
