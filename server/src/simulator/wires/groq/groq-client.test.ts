import Groq, { toFile } from 'groq-sdk';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { collect } from '../../collect.ts';
import { type Simulator, startSimulator } from '../../server.ts';

let simulator: Simulator;
let client: Groq;

beforeAll(async () => {
  simulator = await startSimulator({ latency: { firstTokenMs: 0, interTokenMs: 0 } });
  client = new Groq({ apiKey: 'gsk_simulated', baseURL: simulator.url, maxRetries: 0 });
});

afterAll(() => simulator.close());

const MODEL = 'llama-3.3-70b-versatile';
const ask = (content: string) => [{ role: 'user' as const, content }];

it('answers with the usage times that Groq adds', async () => {
  const reply = await client.chat.completions.create({ model: MODEL, messages: ask('say "hi there"') });
  expect(reply.choices[0]?.message.content).toBe('hi there');
  expect(reply.usage).toMatchObject({ completion_tokens: 2, queue_time: 0.01 });
  expect(reply.x_groq?.id).toMatch(/^req_01/);
});

it('puts usage into x_groq of the last chunk without being asked', async () => {
  const stream = await client.chat.completions.create({ model: MODEL, messages: ask('say "hi there"'), stream: true });
  const chunks = await collect(stream);
  expect(chunks[0]?.x_groq?.id).toMatch(/^req_01/);
  expect(chunks.at(-1)?.x_groq).toMatchObject({ id: chunks[0]?.x_groq?.id, usage: { completion_tokens: 2 } });
  expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop');
});

it('streams each tool call in one piece', async () => {
  const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
  const stream = await client.chat.completions.create({
    model: MODEL,
    messages: ask('weather in Oslo and Rome'),
    tools: [{ type: 'function', function: { name: 'get_weather', parameters } }],
    stream: true,
  });
  const calls = (await collect(stream)).flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
  expect(calls.map((call) => [call.index, call.function?.arguments])).toEqual([
    [0, '{"city":"Oslo"}'],
    [1, '{"city":"Rome"}'],
  ]);
});

it('shows the reasoning of models that reason', async () => {
  const reply = await client.chat.completions.create({ model: 'openai/gpt-oss-120b', messages: ask('why?') });
  expect(reply.choices[0]?.message.reasoning).toContain('why?');
});

it('refuses more than one choice, unknown models and wrong keys', async () => {
  const request = { model: MODEL, messages: ask('hi') };
  await expect(client.chat.completions.create({ ...request, n: 2 })).rejects.toMatchObject({ status: 400 });
  await expect(client.chat.completions.create({ ...request, model: 'missing-model' })).rejects.toMatchObject({
    status: 404,
  });
  const stranger = new Groq({ apiKey: 'gsk_invalid', baseURL: simulator.url, maxRetries: 0 });
  await expect(stranger.chat.completions.create(request)).rejects.toMatchObject({
    status: 401,
    error: { error: { message: 'Invalid API Key' } },
  });
});

it('counts down its daily and minute limits in the headers', async () => {
  const { response } = await client.chat.completions.create({ model: MODEL, messages: ask('hi') }).withResponse();
  expect(response.headers.get('x-ratelimit-limit-requests')).toBe('14400');
  expect(Number(response.headers.get('x-ratelimit-remaining-requests'))).toBeLessThan(14_400);
});

it('transcribes audio below its own path', async () => {
  const file = await toFile(Buffer.alloc(100), 'talk.wav');
  const transcript = await client.audio.transcriptions.create({ model: 'whisper-large-v3', file });
  expect(transcript.text).toContain('talk');
  expect(simulator.journal.entries.at(-1)).toMatchObject({
    path: '/openai/v1/audio/transcriptions',
    body: { fields: { model: 'whisper-large-v3' }, files: [{ filename: 'talk.wav', size: 100 }] },
  });
});
