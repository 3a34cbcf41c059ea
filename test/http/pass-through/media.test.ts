import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../../support/requirement.ts';
import { type Stand, startStand } from '../clients/stand.ts';
import { lastRecord, openaiClient, recordOf } from './support.ts';

let stand: Stand;
let client: OpenAI;

beforeAll(async () => {
  stand = await startStand();
  client = openaiClient(stand.weir);
});
afterAll(() => stand.close());

const SOUND = Buffer.from(Array.from({ length: 32_000 }, (_, index) => index & 255));
const sound = () => toFile(SOUND, 'speech.wav', { type: 'audio/wav' });
const picture = () => toFile(Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), 'a.png', { type: 'image/png' });

describe('moderations', () => {
  it('are judged by the provider and recorded as free', async () => {
    const judged = await client.moderations.create({ input: 'I want to kill a process' }).withResponse();
    const record = await recordOf(stand.weir, judged.request_id);
    expect(judged.data.results[0]?.flagged).toBe(true);
    expect(record).toMatchObject({
      operation: 'moderations',
      wire: 'openai-moderations',
      provider: 'openai',
      model: 'omni-moderation-latest',
      tokens_used: 0,
      cost_state: 'exact',
      success: true,
    });
  });

  it('without a model go out as they came', async () => {
    const body = '{ "input" : ["a",  "b"], "own_field": 1.0 }';
    const reply = await stand.weir.api('POST /openai/v1/moderations', body);
    expect([reply.status, reply.json.results.length]).toEqual([200, 2]);
    expect(stand.lastSent()).toMatchObject({ path: '/v1/moderations', bytes: body.length });
  });
});

describe('images', () => {
  it('are made, counted and priced by their tokens', async () => {
    const made = await client.images
      .generate({ model: 'gpt-image-1', prompt: 'a weir', n: 3, user: 'ana' })
      .withResponse();
    const record = await recordOf(stand.weir, made.request_id);
    expect(made.data.data).toHaveLength(3);
    expect(record).toMatchObject({ operation: 'images', user_id: 'ana', tokens: { images: 3, output: 816 } });
    expect(record.tokens.input).toBe(made.data.usage?.input_tokens);
  });

  it('are changed from a form whose model is renamed and whose file stays', async () => {
    const edit = { model: 'openai/gpt-image-1', image: await picture(), prompt: 'greener' };
    const made = await client.images.edit(edit).withResponse();
    const sent = stand.lastSent();
    expect(sent.body).toMatchObject({ fields: { model: 'gpt-image-1', prompt: 'greener' } });
    expect(JSON.stringify(sent.body)).toContain('a.png');
    expect(await recordOf(stand.weir, made.request_id)).toMatchObject({
      operation: 'images',
      model: 'gpt-image-1',
      model_requested: 'openai/gpt-image-1',
      tokens: { images: 1 },
    });
  });
});

describe(requirement('E12c'), () => {
  it('takes sound in and gives its text, in every form of reply', async () => {
    const asJson = await client.audio.transcriptions.create({ model: 'whisper-1', file: await sound() }).withResponse();
    const model = 'openai/whisper-1';
    const asText = await client.audio.transcriptions.create({ model, file: await sound(), response_format: 'text' });
    const translated = await client.audio.translations.create({ model: 'whisper-1', file: await sound() });
    expect(asText).toBe(`${asJson.data.text}\n`);
    expect(translated.text).toBe(asJson.data.text);
    expect(await recordOf(stand.weir, asJson.request_id)).toMatchObject({
      operation: 'audio',
      provider: 'openai',
      model: 'whisper-1',
      cost_state: 'unpriced',
      cost_nano_usd: 0,
    });
  });

  it('takes sound in at Groq', async () => {
    const heard = await client.audio.transcriptions.create({
      model: 'groq/whisper-large-v3-turbo',
      file: await sound(),
    });
    expect(heard.text.length).toBeGreaterThan(0);
    expect(stand.lastSent()).toMatchObject({
      path: '/openai/v1/audio/transcriptions',
      body: { fields: { model: 'whisper-large-v3-turbo' } },
    });
  });

  it('takes images and sound in a chat', async () => {
    const url = 'data:image/png;base64,iVBORw0KGgo=';
    const reply = await client.chat.completions.create({
      model: 'gpt-4o-audio-preview',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url } },
            { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } },
          ],
        },
      ],
    });
    expect(reply.choices[0]?.message.content).toBeTruthy();
    expect(JSON.stringify(stand.lastSent().body)).toContain(url);
    expect(JSON.stringify(stand.lastSent().body)).toContain('UklGRg==');
  });
});

describe('speech', () => {
  it('arrives byte for byte with the type the provider gave it', async () => {
    const asked = { model: 'gpt-4o-mini-tts', voice: 'alloy', input: 'The river is high.' } as const;
    const viaWeir = await client.audio.speech.create({ ...asked, response_format: 'wav' });
    const bytes = Buffer.from(await viaWeir.arrayBuffer());
    const direct = new OpenAI({ apiKey: 'sim-openai-0000000000000000', baseURL: `${stand.simulator.url}/v1` });
    const straight = await direct.audio.speech.create({ ...asked, response_format: 'wav' });
    expect(viaWeir.headers.get('content-type')).toBe('audio/wav');
    expect(bytes.equals(Buffer.from(await straight.arrayBuffer()))).toBe(true);
    expect(await recordOf(stand.weir, viaWeir.headers.get('x-request-id'))).toMatchObject({
      operation: 'audio',
      cost_state: 'unpriced',
      status: 200,
      success: true,
    });
  });
});

describe('what cannot be passed through', () => {
  it('is refused when audio names no model', async () => {
    const refused = client.audio.speech.create({ voice: 'alloy', input: 'x' } as never);
    await expect(refused).rejects.toMatchObject({ status: 400, param: 'model' });
  });

  it('is refused when the provider has no such thing, saying so', async () => {
    const refused = client.images.generate({ model: 'anthropic/claude-sonnet-5', prompt: 'x' });
    await expect(refused).rejects.toMatchObject({ status: 400, message: expect.stringContaining('has no images') });
  });

  it('is refused when a form or a body names two models', async () => {
    const form = new FormData();
    form.append('model', 'whisper-1');
    form.append('model', 'gpt-4o-transcribe');
    const headers = { authorization: `Bearer ${stand.key}` };
    const twice = await fetch(`${stand.weir.url}/v1/audio/transcriptions`, { method: 'POST', headers, body: form });
    const json = await stand.weir.api('POST /v1/images/generations', '{"model":"a","mod\\u0065l":"b","prompt":"x"}');
    expect([twice.status, await twice.json()]).toMatchObject([400, { error: { param: 'model' } }]);
    expect([json.status, json.json]).toMatchObject([400, { error: { param: 'model' } }]);
  });

  it('is refused to a key that may not use the model', async () => {
    const key = await stand.weir.key({ models: ['gpt-4o*'] });
    const refused = openaiClient(stand.weir, key).audio.transcriptions.create({
      model: 'whisper-1',
      file: await sound(),
    });
    await expect(refused).rejects.toMatchObject({ status: 403 });
  });

  it('comes back in the words of the provider when the provider refuses it', async () => {
    const reply = await stand.weir.api('POST /v1/images/generations', { model: 'gpt-image-1' });
    const direct = await fetch(`${stand.simulator.url}/v1/images/generations`, {
      method: 'POST',
      headers: { authorization: 'Bearer sim-openai-0000000000000000', 'content-type': 'application/json' },
      body: '{"model":"gpt-image-1"}',
    });
    expect([reply.status, reply.text]).toEqual([direct.status, await direct.text()]);
    expect(await lastRecord(stand.weir)).toMatchObject({ operation: 'images', success: false, cost_nano_usd: 0 });
  });
});
