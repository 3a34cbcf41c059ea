import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../kernel/json.ts';
import type { Payload } from '../../ports/payload.ts';
import type { ChatClientProtocol } from '../../ports/protocol.ts';
import { anthropicMessagesClient } from '../anthropic-messages/client.ts';
import { openaiChatClient } from '../openai-chat/client.ts';
import { openaiCompletionsClient } from '../openai-completions/client.ts';
import { openaiEmbeddingsClient } from '../openai-embeddings/client.ts';
import { openaiResponsesClient } from '../openai-responses/client.ts';
import { callTexts } from './call-texts.ts';

function chat(protocol: ChatClientProtocol, body: string): Payload {
  const bytes = Buffer.from(body);
  return { kind: 'chat', protocol, request: protocol.decode(bytes, JSON.parse(body) as JsonObject, {}) };
}

const seen = (payload: Payload) =>
  callTexts.ofRequest(payload).map(({ text, origin, path }) => `${origin} ${path.join('.')}: ${text}`);

describe('texts of requests', () => {
  test('of the OpenAI chat wire: users, tools and what the model said, never the operator', () => {
    const payload = chat(
      openaiChatClient,
      JSON.stringify({
        model: 'm',
        messages: [
          { role: 'system', content: 'S' },
          { role: 'developer', content: 'D' },
          { role: 'user', content: 'a' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'b' },
              { type: 'image_url', image_url: { url: 'u' } },
            ],
          },
          { role: 'assistant', content: 'c', tool_calls: [] },
          { role: 'tool', tool_call_id: 'x', content: 'd' },
        ],
        tools: [{ type: 'function', function: { name: 'f', description: 'T' } }],
      }),
    );
    expect(seen(payload)).toEqual([
      'user messages.2.content: a',
      'user messages.3.content.0.text: b',
      'output messages.4.content: c',
      'untrusted messages.5.content: d',
    ]);
  });

  test('of the Anthropic wire: results of tools and documents are untrusted', () => {
    const payload = chat(
      anthropicMessagesClient,
      JSON.stringify({
        model: 'm',
        max_tokens: 1,
        system: 'S',
        messages: [
          { role: 'user', content: 'a' },
          {
            role: 'assistant',
            content: [
              { type: 'text', text: 'b' },
              { type: 'tool_use', id: 't', name: 'n', input: {} },
            ],
          },
          {
            role: 'user',
            content: [
              { type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'c' }] },
              { type: 'document', title: 'd', source: { type: 'text', media_type: 'text/plain', data: 'e' } },
              { type: 'text', text: 'f' },
            ],
          },
        ],
      }),
    );
    expect(seen(payload)).toEqual([
      'user messages.0.content: a',
      'output messages.1.content.0.text: b',
      'untrusted messages.2.content.0.content.0.text: c',
      'untrusted messages.2.content.1.title: d',
      'untrusted messages.2.content.1.source.data: e',
      'user messages.2.content.2.text: f',
    ]);
  });

  test('of the Responses, completions and embeddings wires', () => {
    const items = [
      { role: 'user', content: [{ type: 'input_text', text: 'a' }] },
      { type: 'message', role: 'developer', content: 'D' },
      { type: 'function_call_output', call_id: 'x', output: 'b' },
    ];
    expect(seen(chat(openaiResponsesClient, JSON.stringify({ model: 'm', input: items, instructions: 'S' })))).toEqual([
      'user input.0.content.0.text: a',
      'untrusted input.2.output: b',
    ]);
    expect(seen(chat(openaiCompletionsClient, JSON.stringify({ model: 'm', prompt: ['a', 'b'] })))).toEqual([
      'user prompt.0: a',
      'user prompt.1: b',
    ]);
    const json = { model: 'm', input: 'a' };
    const request = openaiEmbeddingsClient.decode(Buffer.from(JSON.stringify(json)), json);
    expect(seen({ kind: 'embeddings', protocol: openaiEmbeddingsClient, request })).toEqual(['untrusted input: a']);
  });

  test('change in their own bytes only', () => {
    const body =
      '{ "model" : "m", "x": 1.50, "messages": [ {"role":"system","content":"old"},\n {"role":"user","content":"\\u006fld"}, {"role":"user","content":[{"type":"text", "text" : "old","y":1e3}]} ] }';
    const changed = callTexts.changeRequest(chat(openaiChatClient, body), (text) =>
      text === 'old' ? 'a "new" ☃' : undefined,
    );
    if (changed.kind !== 'chat') throw new Error('another kind');
    expect(changed.request.body.toString()).toBe(
      '{ "model" : "m", "x": 1.50, "messages": [ {"role":"system","content":"old"},\n {"role":"user","content":"a \\"new\\" ☃"}, {"role":"user","content":[{"type":"text", "text" : "a \\"new\\" ☃","y":1e3}]} ] }',
    );
    expect(changed.request.chat().messages[1]?.content).toMatchObject([{ text: 'a "new" ☃' }]);
  });

  test('that stay leave the very same payload', () => {
    const payload = chat(openaiChatClient, '{"model":"m","messages":[{"role":"user","content":"a"}]}');
    expect(callTexts.changeRequest(payload, () => undefined)).toBe(payload);
  });
});

describe('texts of replies', () => {
  const change = (text: string) => (text.includes('old') ? text.replaceAll('old', 'new') : undefined);

  test('change in their own bytes, arguments of tools string by string, and probabilities of tokens go', () => {
    const body = Buffer.from(
      '{"id":"old", "choices":[{"message":{"content":"old words","tool_calls":[{"function":{"name":"old","arguments":"{\\"a\\": \\"old\\",\\"n\\":1}"}}]},"logprobs":{"content":[{"token":"old"}]}}],"x":1.0}',
    );
    expect(callTexts.changeReply('openai-chat', body, change)?.toString()).toBe(
      '{"id":"old", "choices":[{"message":{"content":"new words","tool_calls":[{"function":{"name":"old","arguments":"{\\"a\\":\\"new\\",\\"n\\":1}"}}]},"logprobs":null}],"x":1.0}',
    );
  });

  test('of the Anthropic and Responses wires', () => {
    const message =
      '{"content":[{"type":"text","text":"old"},{"type":"tool_use","name":"old","input":{"a":["old",1]}}]}';
    expect(callTexts.changeReply('anthropic-messages', Buffer.from(message), change)?.toString()).toBe(
      '{"content":[{"type":"text","text":"new"},{"type":"tool_use","name":"old","input":{"a":["new",1]}}]}',
    );
    const response =
      '{"output":[{"type":"message","content":[{"type":"output_text","text":"old"}]},{"type":"function_call","arguments":"{\\"a\\":\\"old\\"}"}]}';
    expect(callTexts.changeReply('openai-responses', Buffer.from(response), change)?.toString()).toBe(
      '{"output":[{"type":"message","content":[{"type":"output_text","text":"new"}]},{"type":"function_call","arguments":"{\\"a\\":\\"new\\"}"}]}',
    );
  });

  test('that stay leave the very same body', () => {
    const body = Buffer.from('{"choices":[{"message":{"content":"fine"},"logprobs":{}}]}');
    expect(callTexts.changeReply('openai-chat', body, change)).toBe(body);
  });
});
