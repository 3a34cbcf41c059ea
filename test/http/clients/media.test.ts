import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../../support/requirement.ts';
import { type RunningWeir, startWeir } from '../../support/weir.ts';
import { PIXEL } from './client-under-test.ts';
import { RawUpstream } from './raw-upstream.ts';

const SOUND = Buffer.from('RIFF....WAVEfmt ').toString('base64');
const upstream = new RawUpstream();
let weir: RunningWeir;
let openai: OpenAI;

beforeAll(async () => {
  const url = await upstream.listen();
  weir = await startWeir({
    config: `
providers:
  openai: { api_key: sk-test, base_url: "${url}/v1" }
  anthropic: { api_key: sk-ant-test, base_url: "${url}" }
  gemini: { api_key: test, base_url: "${url}/v1beta" }
`,
  });
  openai = new OpenAI({ apiKey: weir.adminKey, baseURL: `${weir.url}/v1`, maxRetries: 0 });
  upstream.answer = ({ path }, response) => {
    const body = REPLIES.find(([wire]) => path.includes(wire))?.[1];
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
});
afterAll(async () => {
  await weir.stop();
  await upstream.close();
});

const REPLIES: readonly (readonly [string, object])[] = [
  [
    '/chat/completions',
    {
      id: 'c',
      object: 'chat.completion',
      created: 1,
      model: 'm',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Heard.' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10, prompt_tokens_details: { audio_tokens: 4 } },
    },
  ],
  [
    '/messages',
    {
      id: 'm',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [{ type: 'text', text: 'Seen.' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 9, output_tokens: 1 },
    },
  ],
  [
    ':generateContent',
    {
      candidates: [{ content: { role: 'model', parts: [{ text: 'Heard.' }] }, finishReason: 'STOP' }],
      usageMetadata: {
        promptTokenCount: 9,
        candidatesTokenCount: 1,
        totalTokenCount: 10,
        promptTokensDetails: [{ modality: 'AUDIO', tokenCount: 4 }],
      },
    },
  ],
];

function ask(model: string, ...content: OpenAI.ChatCompletionContentPart[]) {
  return openai.chat.completions
    .create({ model, messages: [{ role: 'user', content: [{ type: 'text', text: 'What is it?' }, ...content] }] })
    .withResponse();
}

const sent = (): string => upstream.requests.at(-1)?.body.toString() ?? '';
const sound = { type: 'input_audio' as const, input_audio: { data: SOUND, format: 'wav' as const } };
const image = { type: 'image_url' as const, image_url: { url: `data:image/png;base64,${PIXEL}` } };

describe(requirement('E12c'), () => {
  it.each([
    ['openai/gpt-audio', { type: 'input_audio', input_audio: { data: SOUND, format: 'wav' } }],
    ['gemini/gemini-2.5-flash', { inlineData: { mimeType: 'audio/wav', data: SOUND } }],
  ])('brings sound to %s and its tokens back', async (model, part) => {
    const { data } = await ask(model, sound);
    expect(JSON.stringify(JSON.parse(sent()))).toContain(JSON.stringify(part));
    expect(data.choices[0]?.message.content).toBe('Heard.');
    expect(data.usage).toMatchObject({ prompt_tokens: 9, prompt_tokens_details: { audio_tokens: 4 } });
  });

  it('says so when a provider takes no sound', async () => {
    const { response } = await ask('anthropic/claude-sonnet-4-6', sound);
    expect(response.headers.get('x-weir-dropped')).toMatch(/audio/);
    expect(sent()).not.toContain(SOUND);
  });

  it.each([
    ['openai/gpt-4o-mini', image],
    [
      'anthropic/claude-sonnet-4-6',
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PIXEL } },
    ],
    ['gemini/gemini-2.5-flash', { inlineData: { mimeType: 'image/png', data: PIXEL } }],
  ])('brings an image to %s', async (model, part) => {
    await ask(model, image);
    expect(JSON.stringify(JSON.parse(sent()))).toContain(JSON.stringify(part));
  });
});
