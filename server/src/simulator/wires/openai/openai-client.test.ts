import OpenAI, { BadRequestError, NotFoundError, toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { collect } from '../../collect.ts';
import { type Simulator, startSimulator } from '../../server.ts';
import { simulatorProviders } from '../../simulator-providers.ts';

let simulator: Simulator;
let client: OpenAI;

beforeAll(async () => {
  simulator = await startSimulator({ latency: { firstTokenMs: 0, interTokenMs: 0 } });
  const { OPENAI_API_KEY, OPENAI_BASE_URL } = simulatorProviders(simulator.url);
  client = new OpenAI({ apiKey: OPENAI_API_KEY, baseURL: OPENAI_BASE_URL, maxRetries: 0 });
});

afterAll(() => simulator.close());

const ask = (content: string) => [{ role: 'user' as const, content }];

const getWeather = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    description: 'Current weather of a city',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
      required: ['city', 'unit'],
      additionalProperties: false,
    },
  },
};

describe('chat completions through the openai client', () => {
  it('answers the same prompt with the same text, whole and streamed, and bills the same tokens', async () => {
    const request = { model: 'gpt-4o-mini', messages: ask('Explain a river dam') };
    const whole = await client.chat.completions.create(request);
    const stream = await client.chat.completions.create({
      ...request,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await collect(stream);
    expect(whole.model).toBe('gpt-4o-mini-2024-07-18');
    expect(whole.choices[0]?.message.content?.length).toBeGreaterThan(40);
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe(
      whole.choices[0]?.message.content,
    );
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: whole.usage });
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.length).toBe((whole.usage?.completion_tokens ?? 0) + 3);
  });

  it('says nothing of usage in a stream unless asked', async () => {
    const stream = await client.chat.completions.create({ model: 'gpt-4o', messages: ask('hello'), stream: true });
    const chunks = await collect(stream);
    expect(chunks.filter((chunk) => 'usage' in chunk)).toEqual([]);
  });

  it('calls the tool once per city in parallel, then answers from the results', async () => {
    const messages = ask('What is the weather in Oslo and Rome?');
    const first = await client.chat.completions.create({ model: 'gpt-4o', messages, tools: [getWeather] });
    const message = first.choices[0]?.message;
    const calls = message?.tool_calls?.filter((call) => call.type === 'function') ?? [];
    expect(first.choices[0]?.finish_reason).toBe('tool_calls');
    expect(calls.map((call) => JSON.parse(call.function.arguments).city)).toEqual(['Oslo', 'Rome']);
    for (const call of calls) expect(['celsius', 'fahrenheit']).toContain(JSON.parse(call.function.arguments).unit);

    const results = calls.map((call, index) => ({
      role: 'tool' as const,
      tool_call_id: call.id,
      content: JSON.stringify({ degrees: 10 + index }),
    }));
    const second = await client.chat.completions.create({
      model: 'gpt-4o',
      messages: [...messages, message as OpenAI.ChatCompletionMessage, ...results],
      tools: [getWeather],
    });
    expect(second.choices[0]?.message.content).toContain('get_weather says {"degrees":11}');
    expect(second.choices[0]?.finish_reason).toBe('stop');
  });

  it('streams tool calls in pieces that the client can put together', async () => {
    const runner = client.chat.completions.stream({
      model: 'gpt-4o',
      messages: ask('weather in Oslo and Rome please'),
      tools: [getWeather],
    });
    const made = (await runner.finalChatCompletion()).choices[0]?.message.tool_calls ?? [];
    const calls = made.filter((call) => call.type === 'function');
    expect(calls.map((call) => JSON.parse(call.function.arguments).city)).toEqual(['Oslo', 'Rome']);
  });

  it('makes one call at most when parallel calls are off, and none when tools are forbidden', async () => {
    const request = { model: 'gpt-4o', messages: ask('weather in Oslo and Rome'), tools: [getWeather] };
    const single = await client.chat.completions.create({ ...request, parallel_tool_calls: false });
    const none = await client.chat.completions.create({ ...request, tool_choice: 'none' });
    expect(single.choices[0]?.message.tool_calls).toHaveLength(1);
    expect(none.choices[0]?.message.tool_calls).toBeUndefined();
  });

  it('keeps to a JSON schema', async () => {
    const Shape = z.object({ title: z.string(), score: z.number().min(0).max(10), tags: z.array(z.string()).min(1) });
    const reply = await client.chat.completions.create({
      model: 'gpt-4o',
      messages: ask('rate this film'),
      response_format: { type: 'json_schema', json_schema: { name: 'rating', schema: z.toJSONSchema(Shape) } },
    });
    expect(() => Shape.parse(JSON.parse(reply.choices[0]?.message.content ?? ''))).not.toThrow();
  });

  it('ends with length at max_tokens and cuts before a stop sequence', async () => {
    const messages = ask('Explain dams in 80 words');
    const short = await client.chat.completions.create({ model: 'gpt-4o', messages, max_tokens: 7 });
    const stopped = await client.chat.completions.create({
      model: 'gpt-4o',
      messages: ask('say "one two three"'),
      stop: ' two',
    });
    expect(short.choices[0]?.finish_reason).toBe('length');
    expect(short.usage?.completion_tokens).toBe(7);
    expect(stopped.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'one' } });
  });

  it('gives n different choices', async () => {
    const reply = await client.chat.completions.create({ model: 'gpt-4o', messages: ask('name a river'), n: 3 });
    expect(new Set(reply.choices.map((choice) => choice.message.content)).size).toBe(3);
  });

  it('mentions the image it was sent', async () => {
    const url = `data:image/png;base64,${Buffer.alloc(68).toString('base64')}`;
    const content = [
      { type: 'text' as const, text: 'what is this?' },
      { type: 'image_url' as const, image_url: { url } },
    ];
    const reply = await client.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content }] });
    expect(reply.choices[0]?.message.content).toContain('image (image/png, 68 bytes)');
  });

  it('bills the thinking of reasoning models, which refuse max_tokens', async () => {
    const reply = await client.chat.completions.create({ model: 'o3-mini', messages: ask('think') });
    expect(reply.usage?.completion_tokens_details?.reasoning_tokens).toBeGreaterThan(5);
    const refused = client.chat.completions.create({ model: 'o3-mini', messages: ask('think'), max_tokens: 50 });
    await expect(refused).rejects.toMatchObject({ status: 400, param: 'max_tokens', code: 'unsupported_parameter' });
  });

  it('names the field at fault', async () => {
    const wrongType = client.chat.completions.create({ model: 'gpt-4o', messages: 'hello' as never });
    await expect(wrongType).rejects.toThrow(BadRequestError);
    await expect(wrongType).rejects.toMatchObject({ param: 'messages', code: 'invalid_type' });
    const hot = client.chat.completions.create({ model: 'gpt-4o', messages: ask('hi'), temperature: 3 });
    await expect(hot).rejects.toMatchObject({ status: 400, param: 'temperature' });
    const missing = client.chat.completions.create({ messages: ask('hi') } as never);
    await expect(missing).rejects.toMatchObject({ param: 'model', code: 'missing_required_parameter' });
    const stray = client.chat.completions.create({
      model: 'gpt-4o',
      messages: [{ role: 'tool', tool_call_id: 'call_x', content: '1' }],
    });
    await expect(stray).rejects.toMatchObject({ status: 400, param: 'messages[0].tool_call_id' });
  });

  it('knows no missing-model and lets in no invalid key', async () => {
    const request = { model: 'missing-model', messages: ask('hi') };
    await expect(client.chat.completions.create(request)).rejects.toThrow(NotFoundError);
    await expect(client.chat.completions.create(request)).rejects.toMatchObject({ code: 'model_not_found' });
    const stranger = client.withOptions({ apiKey: 'sk-invalid-key' });
    await expect(stranger.models.list()).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' });
  });

  it('sends rate limit headers that count down, and a request id', async () => {
    const call = () => client.chat.completions.create({ model: 'gpt-4o', messages: ask('hi') }).withResponse();
    const [one, two] = [await call(), await call()];
    const left = (reply: typeof one) => Number(reply.response.headers.get('x-ratelimit-remaining-requests'));
    expect(left(two)).toBe(left(one) - 1);
    expect(one.request_id).toMatch(/^req_/);
    expect(two.request_id).not.toBe(one.request_id);
  });
});

describe('responses through the openai client', () => {
  it('streams numbered events that end with the whole response', async () => {
    const stream = await client.responses.create({ model: 'gpt-4o', input: 'say "hi there"', stream: true });
    const events = await collect(stream);
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    const last = events.at(-1);
    if (last?.type !== 'response.completed') throw new Error(`ended with ${last?.type}`);
    expect(last.response.output).toMatchObject([{ type: 'message', content: [{ text: 'hi there' }] }]);
    expect(last.response.usage?.output_tokens).toBe(2);
  });

  it('keeps a response with its input items until it is deleted', async () => {
    const made = await client.responses.create({ model: 'gpt-4o', input: 'say "kept"' });
    const found = await client.responses.retrieve(made.id);
    const items = await client.responses.inputItems.list(made.id);
    await client.responses.delete(made.id);
    expect(found.output_text).toBe('kept');
    expect(items.data).toMatchObject([{ type: 'message', content: [{ text: 'say "kept"' }] }]);
    await expect(client.responses.retrieve(made.id)).rejects.toMatchObject({ status: 404 });
  });

  it('keeps nothing when store is false', async () => {
    const made = await client.responses.create({ model: 'gpt-4o', input: 'hi', store: false });
    await expect(client.responses.retrieve(made.id)).rejects.toMatchObject({ status: 404 });
    const next = client.responses.create({ model: 'gpt-4o', input: 'go on', previous_response_id: made.id });
    await expect(next).rejects.toMatchObject({ status: 400, code: 'previous_response_not_found' });
  });

  it('finishes a tool turn over previous_response_id', async () => {
    const tools = [{ type: 'function' as const, strict: true, ...getWeather.function }];
    const first = await client.responses.create({ model: 'gpt-4o', input: 'weather in Paris', tools });
    const call = first.output.find((item) => item.type === 'function_call');
    const second = await client.responses.create({
      model: 'gpt-4o',
      previous_response_id: first.id,
      input: [{ type: 'function_call_output', call_id: call?.call_id ?? '', output: '21 degrees' }],
      tools,
    });
    expect(JSON.parse(call?.arguments ?? '{}')).toMatchObject({ city: 'Paris' });
    expect(second.output_text).toContain('get_weather says 21 degrees');
    expect(second.usage?.input_tokens).toBeGreaterThan(first.usage?.input_tokens ?? 0);
  });

  it('shows a reasoning summary, keeps to a text format and ends incomplete at the token limit', async () => {
    const reasoned = await client.responses.create({
      model: 'o3-mini',
      input: 'why?',
      reasoning: { effort: 'low', summary: 'auto' },
      include: ['reasoning.encrypted_content'],
    });
    const shaped = await client.responses.create({
      model: 'gpt-4o',
      input: 'rate',
      text: {
        format: {
          type: 'json_schema',
          name: 'n',
          schema: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] },
        },
      },
    });
    const cut = await client.responses.create({ model: 'gpt-4o', input: 'write 90 words', max_output_tokens: 16 });
    expect(reasoned.output[0]).toMatchObject({ type: 'reasoning', summary: [{ type: 'summary_text' }] });
    expect(JSON.parse(shaped.output_text).n).toBeTypeOf('number');
    expect(cut).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });
  });

  it('counts input tokens as the call would bill them', async () => {
    const request = { model: 'gpt-4o', input: 'How many tokens is this sentence?' };
    const counted = await client.responses.inputTokens.count(request);
    expect(counted.input_tokens).toBe((await client.responses.create(request)).usage?.input_tokens);
  });
});

describe('the other OpenAI endpoints through the openai client', () => {
  it('embeds texts so that kindred ones are near', async () => {
    const input = ['the cat sat on the mat', 'a cat sat on a mat', 'quarterly revenue forecast'];
    const reply = await client.embeddings.create({ model: 'text-embedding-3-small', input });
    const [cat, otherCat, money] = reply.data.map((each) => each.embedding);
    const dot = (a: number[] = [], b: number[] = []) =>
      a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
    expect(cat).toHaveLength(1536);
    expect(dot(cat, cat)).toBeCloseTo(1, 3);
    expect(dot(cat, otherCat)).toBeGreaterThan(dot(cat, money) + 0.2);
  });

  it('completes a prompt, whole and streamed', async () => {
    const request = { model: 'gpt-3.5-turbo-instruct', prompt: 'Once upon a time', max_tokens: 12 };
    const whole = await client.completions.create(request);
    const chunks = await collect(await client.completions.create({ ...request, stream: true }));
    expect(whole.choices[0]?.finish_reason).toBe('length');
    expect(chunks.map((chunk) => chunk.choices[0]?.text).join('')).toBe(whole.choices[0]?.text);
  });

  it('moderates', async () => {
    const reply = await client.moderations.create({ input: ['a kind word', 'I want to kill him'] });
    expect(reply.results.map((result) => result.flagged)).toEqual([false, true]);
  });

  it('lists models and describes one', async () => {
    const ids = (await client.models.list()).data.map((model) => model.id);
    expect(ids).toContain('gpt-4o');
    expect(await client.models.retrieve('gpt-4o')).toMatchObject({ id: 'gpt-4o', object: 'model' });
  });

  it('makes images, speech and transcripts', async () => {
    const image = await client.images.generate({ model: 'gpt-image-1', prompt: 'a dam' });
    const speech = await client.audio.speech.create({ model: 'tts-1', voice: 'alloy', input: 'hello' });
    const file = await toFile(Buffer.alloc(32_000), 'talk.wav');
    const transcript = await client.audio.transcriptions.create({ model: 'whisper-1', file });
    expect(
      Buffer.from(image.data?.[0]?.b64_json ?? '', 'base64')
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    expect((await speech.arrayBuffer()).byteLength).toBeGreaterThan(500);
    expect(transcript.text).toContain('talk');
  });

  it('runs a batch over an uploaded file and leaves the failures in an error file', async () => {
    const line = (custom_id: string, model: string) =>
      JSON.stringify({
        custom_id,
        method: 'POST',
        url: '/v1/chat/completions',
        body: { model, messages: ask('say "done"') },
      });
    const content = Buffer.from(`${line('a', 'gpt-4o')}\n${line('b', 'missing-model')}\n`);
    const file = await client.files.create({ file: await toFile(content, 'in.jsonl'), purpose: 'batch' });
    const made = await client.batches.create({
      input_file_id: file.id,
      endpoint: '/v1/chat/completions',
      completion_window: '24h',
    });
    const batch = await client.batches.retrieve(made.id);
    const read = async (id: string | undefined | null) =>
      JSON.parse(await (await client.files.content(id ?? '')).text());
    expect(made.status).toBe('validating');
    expect(batch).toMatchObject({ status: 'completed', request_counts: { total: 2, completed: 1, failed: 1 } });
    expect((await read(batch.output_file_id)).response.body.choices[0].message.content).toBe('done');
    expect(await read(batch.error_file_id)).toMatchObject({ custom_id: 'b', response: { status_code: 404 } });
    expect(file.bytes).toBe(content.length);
    expect(await (await client.files.content(file.id)).text()).toBe(content.toString());
  });
});
