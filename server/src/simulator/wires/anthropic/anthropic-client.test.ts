import Anthropic, { toFile } from '@anthropic-ai/sdk';
import AnthropicBefore from 'anthropic-0';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect } from '../../collect.ts';
import { type Simulator, startSimulator } from '../../server.ts';
import { simulatorProviders } from '../../simulator-providers.ts';

let simulator: Simulator;
let client: Anthropic;
let olderClient: AnthropicBefore;

beforeAll(async () => {
  simulator = await startSimulator({ latency: { firstTokenMs: 0, interTokenMs: 0 } });
  const { ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL } = simulatorProviders(simulator.url);
  const options = { apiKey: ANTHROPIC_API_KEY, baseURL: ANTHROPIC_BASE_URL, maxRetries: 0 };
  client = new Anthropic(options);
  olderClient = new AnthropicBefore(options);
});

afterAll(() => simulator.close());

const ask = (content: string) => [{ role: 'user' as const, content }];
const request = (content: string) => ({ model: 'claude-sim', max_tokens: 4000, messages: ask(content) });

const getWeather = {
  name: 'get_weather',
  description: 'Current weather',
  input_schema: {
    type: 'object' as const,
    properties: { location: { type: 'string' }, days: { type: 'integer', minimum: 1, maximum: 7 } },
    required: ['location', 'days'],
  },
};

describe('messages through the anthropic client', () => {
  it('answers the same prompt with the same text, whole and streamed, and bills the same tokens', async () => {
    const whole = await client.messages.create(request('Explain a river dam'));
    const streamed = await client.messages.stream(request('Explain a river dam')).finalMessage();
    expect(streamed.content).toEqual(whole.content);
    expect(streamed.usage.output_tokens).toBe(whole.usage.output_tokens);
    expect(streamed.usage.input_tokens).toBe(whole.usage.input_tokens);
    expect(whole.stop_reason).toBe('end_turn');
  });

  it('sends the events in their order, with one start and a ping', async () => {
    const response = await client.messages.create({ ...request('say "hi"'), stream: true }).asResponse();
    const names = (await response.text()).match(/(?<=^event: ).*/gm);
    expect(names).toEqual([
      'message_start',
      'content_block_start',
      'ping',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
  });

  it('calls tools in parallel with arguments that fit the schema, and answers from their results', async () => {
    const messages = ask('weather for Oslo and Rome');
    const first = await client.messages.stream({ ...request(''), messages, tools: [getWeather] }).finalMessage();
    const calls = first.content.filter((block) => block.type === 'tool_use');
    expect(first.stop_reason).toBe('tool_use');
    expect(calls.map((call) => (call.input as { location: string }).location)).toEqual(['Oslo', 'Rome']);
    for (const call of calls) expect((call.input as { days: number }).days).toBeLessThanOrEqual(7);
    const second = await client.messages.create({
      ...request(''),
      tools: [getWeather],
      messages: [
        ...messages,
        { role: 'assistant', content: first.content as Anthropic.ContentBlockParam[] },
        {
          role: 'user',
          content: calls.map((call) => ({ type: 'tool_result', tool_use_id: call.id, content: 'sunny' })),
        },
      ],
    });
    expect(second.content).toMatchObject([{ type: 'text', text: expect.stringContaining('get_weather says sunny') }]);
  });

  it('refuses a tool call that nobody answered and a result that nobody asked for', async () => {
    const call = { type: 'tool_use' as const, id: 'toolu_1', name: 'get_weather', input: {} };
    const unanswered = [...ask('go'), { role: 'assistant' as const, content: [call] }, ...ask('well?')];
    const stray = [
      { role: 'user' as const, content: [{ type: 'tool_result' as const, tool_use_id: 'toolu_9', content: 'x' }] },
    ];
    await expect(client.messages.create({ ...request(''), messages: unanswered })).rejects.toThrow(/toolu_1/);
    await expect(client.messages.create({ ...request(''), messages: stray })).rejects.toThrow(
      /messages\.0\.content\.0.*toolu_9/,
    );
  });

  it('signs its thinking and refuses it changed', async () => {
    const thinking = { type: 'adaptive' as const };
    const reply = await client.messages.stream({ ...request('why?'), thinking }).finalMessage();
    const [block] = reply.content;
    if (block?.type !== 'thinking') throw new Error(`began with ${block?.type}`);
    expect(reply.usage.output_tokens_details?.thinking_tokens).toBeGreaterThan(5);
    const follow = (text: string) =>
      client.messages.create({
        ...request(''),
        messages: [...ask('why?'), { role: 'assistant', content: [{ ...block, thinking: text }] }, ...ask('and then?')],
      });
    expect((await follow(block.thinking)).type).toBe('message');
    await expect(follow('something else')).rejects.toThrow(/Invalid `signature`/);
  });

  it('keeps to an output format', async () => {
    const schema = {
      type: 'object',
      properties: { ok: { type: 'boolean' } },
      required: ['ok'],
      additionalProperties: false,
    };
    const reply = await client.messages.create({
      ...request('check'),
      output_config: { format: { type: 'json_schema', schema } },
    });
    const [block] = reply.content;
    expect(JSON.parse(block?.type === 'text' ? block.text : '')).toEqual({ ok: expect.any(Boolean) });
  });

  it('reports the stop sequence, and max_tokens when it was cut', async () => {
    const stopped = await client.messages.create({ ...request('say "one two three"'), stop_sequences: [' three'] });
    const cut = await client.messages.create({ ...request('write 90 words'), max_tokens: 5 });
    expect(stopped).toMatchObject({
      stop_reason: 'stop_sequence',
      stop_sequence: ' three',
      content: [{ text: 'one two' }],
    });
    expect(cut).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 5 } });
  });

  it('writes a marked prefix to the cache on the first turn and reads it on the next', async () => {
    const system = [
      {
        type: 'text' as const,
        text: 'You are careful. '.repeat(50),
        cache_control: { type: 'ephemeral' as const, ttl: '1h' as const },
      },
    ];
    const first = await client.messages.create({ ...request('hi'), system });
    const next = [...ask('hi'), { role: 'assistant' as const, content: 'hello' }, ...ask('go on')];
    const second = await client.messages.create({ ...request(''), system, messages: next });
    const written = first.usage.cache_creation_input_tokens ?? 0;
    expect(written).toBeGreaterThan(100);
    expect(first.usage).toMatchObject({
      cache_read_input_tokens: 0,
      cache_creation: { ephemeral_1h_input_tokens: written },
    });
    expect(second.usage).toMatchObject({ cache_read_input_tokens: written, cache_creation_input_tokens: 0 });
  });

  it('counts tokens as the call would bill them', async () => {
    const { max_tokens: _, ...countable } = request('How many?');
    const counted = await client.messages.countTokens(countable);
    expect(counted.input_tokens).toBe((await client.messages.create(request('How many?'))).usage.input_tokens);
  });

  it('takes temperature in the older API version only', async () => {
    const older = await olderClient.messages.create({ ...request('hi'), temperature: 0.5 });
    expect(older.type).toBe('message');
    await expect(olderClient.messages.create({ ...request('hi'), temperature: 1.5 })).rejects.toThrow(/temperature/);
    const newer = client.messages.create({
      ...request('hi'),
      temperature: 0.5,
    } as Anthropic.MessageCreateParamsNonStreaming);
    await expect(newer).rejects.toThrow(/temperature: Extra inputs are not permitted/);
    expect(simulator.journal.entries.at(-1)?.headers['anthropic-version']).toBe('2026-10-21');
  });

  it('names the field at fault, and answers strangers and missing models in its own shape', async () => {
    const wrong = client.messages.create({ ...request('hi'), messages: 'hi' as never });
    await expect(wrong).rejects.toMatchObject({
      status: 400,
      error: { type: 'error', error: { type: 'invalid_request_error' } },
    });
    await expect(wrong).rejects.toThrow(/messages: Input should be an array/);
    await expect(client.messages.create({ ...request('hi'), model: 'missing-model' })).rejects.toMatchObject({
      status: 404,
      error: { error: { type: 'not_found_error' } },
    });
    const stranger = client.withOptions({ apiKey: 'sim-invalid' });
    await expect(stranger.messages.create(request('hi'))).rejects.toMatchObject({ status: 401 });
  });

  it('lists models in its own shape, page by page', async () => {
    const page = await client.models.list({ limit: 2 });
    expect(page.data).toHaveLength(2);
    expect(page.has_more).toBe(true);
    expect((await collect(page)).length).toBeGreaterThan(4);
    expect(await client.models.retrieve('claude-3-opus-20240229')).toMatchObject({ display_name: 'Claude 3 Opus' });
  });

  it('sends its rate limit headers and request id', async () => {
    const { response } = await client.messages.create(request('hi')).withResponse();
    expect(response.headers.get('request-id')).toMatch(/^req_01/);
    expect(Number(response.headers.get('anthropic-ratelimit-requests-remaining'))).toBeGreaterThan(0);
    expect(Date.parse(response.headers.get('anthropic-ratelimit-tokens-reset') ?? '')).toBeGreaterThan(0);
  });

  it('runs a batch, line by line, and tells which lines failed', async () => {
    const made = await client.messages.batches.create({
      requests: [
        { custom_id: 'a', params: request('say "done"') },
        { custom_id: 'b', params: { ...request('hi'), model: 'missing-model' } },
      ],
    });
    const batch = await client.messages.batches.retrieve(made.id);
    const response = await fetch(`${simulator.url}/v1/messages/batches/${made.id}/results`, {
      headers: { 'x-api-key': 'k', 'anthropic-version': '2026-10-21' },
    });
    const lines = (await response.text()).trim().split('\n');
    expect(made.processing_status).toBe('in_progress');
    expect(batch).toMatchObject({ processing_status: 'ended', request_counts: { succeeded: 1, errored: 1 } });
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { custom_id: 'a', result: { type: 'succeeded', message: { content: [{ text: 'done' }] } } },
      { custom_id: 'b', result: { type: 'errored', error: { error: { type: 'not_found_error' } } } },
    ]);
  });

  it('keeps its files apart from those of the other wire on the same path', async () => {
    const file = await client.beta.files.upload({
      file: await toFile(Buffer.from('text'), 'a.txt', { type: 'text/plain' }),
    });
    const elsewhere = await fetch(`${simulator.url}/v1/files/${file.id}`, { headers: { authorization: 'Bearer k' } });
    expect(file).toMatchObject({ type: 'file', filename: 'a.txt', mime_type: 'text/plain', size_bytes: 4 });
    expect((await client.beta.files.list()).data.map((each) => each.id)).toEqual([file.id]);
    expect(elsewhere.status).toBe(404);
    await client.beta.files.delete(file.id);
    await expect(client.beta.files.retrieveMetadata(file.id)).rejects.toMatchObject({ status: 404 });
  });
});
