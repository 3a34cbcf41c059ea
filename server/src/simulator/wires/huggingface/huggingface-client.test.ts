import { InferenceClient } from '@huggingface/inference';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../server.ts';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ latency: { firstTokenMs: 0, interTokenMs: 0 } });
});

afterAll(() => simulator.close());

const post = (path: string, key: string, body: object) =>
  fetch(simulator.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const MODEL = 'meta-llama/Llama-3.1-8B-Instruct';
const ask = (content: string) => [{ role: 'user', content }];
const chatClient = () =>
  new InferenceClient('hf_simulated', { endpointUrl: `${simulator.url}/hf/v1/chat/completions` });
const taskClient = (model: string) =>
  new InferenceClient('hf_simulated', { endpointUrl: `${simulator.url}/hf/models/${model}` });

it('chats through the router, whole and streamed', async () => {
  const request = { model: MODEL, messages: ask('say "hi there"') };
  const whole = await chatClient().chatCompletion(request);
  let streamed = '';
  for await (const chunk of chatClient().chatCompletionStream(request))
    streamed += chunk.choices[0]?.delta.content ?? '';
  expect(whole.choices[0]?.message.content).toBe('hi there');
  expect(streamed).toBe('hi there');
});

it('drops the host suffix from the model that it reports', async () => {
  const reply = await chatClient().chatCompletion({ model: `${MODEL}:fastest`, messages: ask('hi') });
  expect(reply.model).toBe(MODEL);
});

it('generates text where the client asks for it, below the path of the model', async () => {
  const inputs = 'Once upon a time';
  const reply = await taskClient('gpt2').textGeneration({ inputs, parameters: { max_new_tokens: 5 } });
  expect(reply.generated_text.length).toBeGreaterThan(3);
  expect(reply.generated_text.length).toBeLessThan(40);
  expect(simulator.journal.entries.at(-1)?.path).toBe('/hf/models/gpt2/v1/completions');
});

it('generates text from raw inputs, after the prompt or without it, whole or streamed', async () => {
  const inputs = 'Once upon a time';
  const generate = (body: object) => post('/hf/models/gpt2', 'hf_ok', { inputs, ...body });
  const [full] = (await (await generate({})).json()) as [{ generated_text: string }];
  const parameters = { return_full_text: false, max_new_tokens: 5 };
  const [fresh] = (await (await generate({ parameters })).json()) as [{ generated_text: string }];
  const events = (await (await generate({ parameters, stream: true })).text()).match(/(?<=^data:).*/gm) ?? [];
  expect(full.generated_text.startsWith(`${inputs} ${fresh.generated_text}`)).toBe(true);
  expect(events.map((event) => JSON.parse(event).token.text).join('')).toBe(fresh.generated_text);
  expect(JSON.parse(events.at(-1) ?? '').generated_text).toBe(fresh.generated_text);
});

it('turns texts into vectors, judges and summarises them', async () => {
  const vector = await taskClient('sentence-transformers/all-MiniLM-L6-v2').featureExtraction({ inputs: 'a river' });
  const labels = await taskClient('distilbert-sst-2').textClassification({ inputs: 'a terrible day' });
  const summary = await taskClient('facebook/bart-large-cnn').summarization({ inputs: 'A long text about dams' });
  expect(vector).toHaveLength(384);
  expect(labels[0]?.label).toBe('NEGATIVE');
  expect(summary.summary_text.length).toBeGreaterThan(10);
});

it('tells strangers and missing models so, as its gate and its router do', async () => {
  const stranger = await post('/hf/models/gpt2', 'hf_invalid', { inputs: 'x' });
  const missing = await post('/hf/v1/chat/completions', 'hf_ok', { model: 'missing-model', messages: ask('hi') });
  const wrong = await post('/hf/models/gpt2', 'hf_ok', { inputs: 5 });
  expect([stranger.status, await stranger.json()]).toEqual([401, { error: 'Invalid username or password.' }]);
  expect([missing.status, await missing.json()]).toMatchObject([404, { error: { code: 'model_not_found' } }]);
  expect([wrong.status, await wrong.json()]).toMatchObject([400, { error: expect.stringContaining('inputs') }]);
});
