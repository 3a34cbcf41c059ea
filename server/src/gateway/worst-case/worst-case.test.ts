import { describe, expect, test } from 'vitest';
import { fakeCall, fakeCredential, fakeProvider } from '../../../../test/chaos/support/gateway-fixture.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Call, Target } from '../../ports/call.ts';
import type { ChatClientProtocol } from '../../ports/protocol.ts';
import { PriceBook } from '../../pricing/price-book.ts';
import { openaiChatClient } from '../../protocols/openai-chat/client.ts';
import { openaiCompletionsClient } from '../../protocols/openai-completions/client.ts';
import { openaiResponsesClient } from '../../protocols/openai-responses/client.ts';
import { seedClientRequest } from '../../protocols/weir-v1/client-request.ts';
import { decodeInference } from '../../protocols/weir-v1/decode.ts';
import { worstCase } from './worst-case.ts';

/** A nano-USD per input token, a thousand per output token, a million per token of sound: sums show what was counted. */
const PRICES = { 'openai/gpt-4o': { input: 0.001, output: 1, audio_output: 1000, image: 0.01 } };
const target: Target = {
  provider: fakeProvider('openai'),
  model: 'gpt-4o',
  credential: fakeCredential('c'),
  timeoutMs: undefined,
};
const services = { pricing: new PriceBook(PRICES), defaultMaxOutput: () => 4096, nowMs: () => 0 };

function worst(call: Call): number {
  return worstCase(call, target, services).nano;
}

/** The bytes as they are; decoding alone would hide how they were spelt. */
function spelt(text: string, protocol: ChatClientProtocol = openaiChatClient): Call {
  const call = fakeCall();
  const request = protocol.decode(Buffer.from(text), JSON.parse(text) as JsonObject, {});
  call.payload = { kind: 'chat', protocol, request };
  return call;
}

function asking(more: object, protocol?: ChatClientProtocol): Call {
  const messages = [{ role: 'user', content: 'Hello' }];
  return spelt(JSON.stringify({ model: 'gpt-4o', max_tokens: 10, messages, ...more }), protocol);
}

/** JSON that means the same with its letters as escapes. */
function escaped(json: string, name: string): string {
  const letter = `\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return json.replaceAll(`"${name}`, `"${letter}${name.slice(1)}`);
}

describe('the worst case', () => {
  test('of a picture is the same however its name is spelt', () => {
    const part = { type: 'image_url', image_url: { url: 'https://x.example/a.png' } };
    const plain = JSON.stringify({ model: 'gpt-4o', max_tokens: 10, messages: [{ role: 'user', content: [part] }] });
    expect(worst(spelt(escaped(plain, 'image_url')))).toBeGreaterThanOrEqual(worst(spelt(plain)));
  });

  test('of spoken replies is the same however their name is spelt', () => {
    const messages = [{ role: 'user', content: 'Hello' }];
    const plain = JSON.stringify({ model: 'gpt-4o', max_tokens: 10, messages, modalities: ['audio'], audio: {} });
    expect(worst(spelt(plain))).toBeGreaterThanOrEqual(10_000_000);
    expect(worst(spelt(escaped(plain, 'audio')))).toBeGreaterThanOrEqual(worst(spelt(plain)));
  });

  test('of text in other scripts is not that of sound', () => {
    const plain = `{"model":"gpt-4o","max_tokens":10,"messages":[{"role":"user","content":"\\u6c34\\u00e9"}]}`;
    expect(worst(spelt(plain))).toBeLessThan(11_000);
  });

  test('of legacy completions counts every prompt of a list', () => {
    const prompt = Array.from({ length: 50 }, () => 'a');
    const call = spelt(JSON.stringify({ model: 'gpt-4o', max_tokens: 10, prompt, n: 2 }), openaiCompletionsClient);
    expect(worst(call)).toBeGreaterThanOrEqual(50 * 2 * 10 * 1000);
    const ids = spelt(JSON.stringify({ model: 'gpt-4o', max_tokens: 10, prompt: [1, 2, 3] }), openaiCompletionsClient);
    expect(worst(ids)).toBeLessThan(2 * 10 * 1000);
  });

  test('takes the larger of two output limits', () => {
    expect(worst(asking({ max_completion_tokens: 1, max_tokens: 500 }))).toBeGreaterThanOrEqual(500_000);
    expect(worst(asking({ max_completion_tokens: 500, max_tokens: 1 }))).toBeGreaterThanOrEqual(500_000);
  });

  test('counts what only points at something as all that the model can read', () => {
    const pointing = { input: [{ type: 'item_reference', id: 'msg_1' }], max_output_tokens: 1, max_tokens: undefined };
    expect(worst(asking({ ...pointing, messages: undefined }, openaiResponsesClient))).toBeGreaterThan(100_000);
    const video = { messages: [{ role: 'user', content: [{ type: 'video_url', video_url: { url: 'https://x/v' } }] }] };
    expect(worst(asking(video))).toBeGreaterThan(100_000);
  });

  test('counts replies that the inference API asks for in its config', () => {
    const json = { model: 'gpt-4o', provider: 'openai', inputs: 'Hello', config: { max_tokens: 10, n: 30 } };
    const { chat } = decodeInference(json);
    const call = asking({});
    const request = seedClientRequest(chat as never, Buffer.from(JSON.stringify(json)), json);
    call.payload = { kind: 'chat', protocol: openaiChatClient, request };
    expect(worst(call)).toBeGreaterThanOrEqual(30 * 10 * 1000);
  });

  test('of a picture that cannot be measured is that of the largest', () => {
    const image = (url: string) =>
      asking({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }] });
    const bytes = worst(image(`data:image/png;base64,${'A'.repeat(40)}`));
    expect(bytes).toBeGreaterThan(10_000 + 85 + 170 * 8);
  });

  test('stays a number that can be added', () => {
    const call = asking({ max_tokens: 1e9, n: 1e9 });
    expect(Number.isSafeInteger(worst(call))).toBe(true);
  });

  test.each([
    ['background', { background: true }],
    ['prompt', { prompt: { id: 'pmpt_1' } }],
    ['service_tier', { service_tier: 'priority' }],
    ['web_search', { tools: [{ type: 'web_search' }] }],
  ])('of a request with %s has no bound', (named, more) => {
    const responses = { input: 'Hello', max_output_tokens: 10, max_tokens: undefined, messages: undefined };
    expect(() => worst(asking({ ...responses, ...more }, openaiResponsesClient))).toThrow(named);
  });

  test('of tools at the provider has no bound on the inference API either', () => {
    const json = { model: 'gpt-4o', provider: 'openai', inputs: 'Hello', config: { web_search_options: {} } };
    const call = asking({});
    const request = seedClientRequest(decodeInference(json).chat as never, Buffer.from(JSON.stringify(json)), json);
    call.payload = { kind: 'chat', protocol: openaiChatClient, request };
    expect(() => worst(call)).toThrow('web_search_options');
  });

  test.each([
    [undefined, 1],
    [7, 7],
  ])('of pictures that a form asks for (%s) counts each', (replies, images) => {
    const body = Buffer.from('--x');
    const call: Call = {
      ...fakeCall(),
      operation: 'images',
      payload: {
        kind: 'pass-through',
        method: 'POST',
        path: '/images/edits',
        contentType: 'multipart/form-data; boundary=x',
        body,
        json: undefined,
        promptCharacters: 0,
        readUsage: () => undefined,
        ...(replies === undefined ? {} : { replies }),
      },
    };
    expect(worst(call)).toBeGreaterThanOrEqual(images * 10_000_000);
  });
});
