import { describe, expect, it } from 'vitest';
import type { ChatRequest, Content, Message } from '../../kernel/chat.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { AwsEventStreamSplitter } from '../framing/aws-event-stream-splitter.ts';
import { collectEvents } from '../framing/testing/collect-events.ts';
import { encodeAwsEvent } from '../framing/testing/encode-aws-frame.ts';
import { bedrockConverseUpstream } from './upstream.ts';

const text = (said: string): Content => ({ type: 'text', text: said });
const user = (...content: Content[]): Message => ({ role: 'user', content });
const assistant = (...content: Content[]): Message => ({ role: 'assistant', content });

function encode(
  fields: Partial<ChatRequest>,
  model = 'amazon.nova-pro-v1:0',
  quirks = {},
): { body: JsonObject; dropped: readonly string[] } {
  const request: ChatRequest = {
    model,
    messages: [user(text('Hello'))],
    stream: false,
    includeUsage: false,
    extensions: { wire: 'openai-chat', fields: {} },
    ...fields,
  };
  const { body, dropped } = bedrockConverseUpstream.encode(request, { model, quirks, clientHeaders: {} });
  return { body: JSON.parse(body.toString()), dropped };
}

describe('a Converse request', () => {
  it('alternates turns, starts with the user and gathers the system prompt', () => {
    const { body } = encode({
      messages: [
        { role: 'system', content: [text('One.')] },
        assistant(text('Yes?')),
        user(text('a'), text('  ')),
        user(text('b')),
        { role: 'developer', content: [text('Two.')] },
      ],
    });
    expect(body.system).toEqual([{ text: 'One.' }, { text: 'Two.' }]);
    expect(body.messages).toEqual([
      { role: 'user', content: [{ text: 'Continue.' }] },
      { role: 'assistant', content: [{ text: 'Yes?' }] },
      { role: 'user', content: [{ text: 'a' }, { text: 'b' }] },
    ]);
  });

  it('sends pictures, sounds and documents as bytes, with a text beside a document', () => {
    const base64 = (mediaType: string) => ({ kind: 'base64', mediaType, data: 'aGk=' }) as const;
    const { body, dropped } = encode({
      messages: [
        user(
          { type: 'image', source: base64('image/png') },
          { type: 'audio', data: 'aGk=', format: 'wav' },
          { type: 'file', source: base64('application/pdf'), filename: 'Report #3 (final).pdf' },
          { type: 'image', source: { kind: 'url', url: 'https://images.example/a.png' } },
        ),
      ],
    });
    expect(body.messages).toEqual([
      {
        role: 'user',
        content: [
          { image: { format: 'png', source: { bytes: 'aGk=' } } },
          { audio: { format: 'wav', source: { bytes: 'aGk=' } } },
          { document: { format: 'pdf', name: 'Report 3 (final)', source: { bytes: 'aGk=' } } },
          { text: 'Continue.' },
        ],
      },
    ]);
    expect(dropped).toEqual(['messages.image']);
  });

  it('carries calls and results, also when no tools are offered any more', () => {
    const result: Content = { type: 'tool-result', toolCallId: 'call.1', isError: true, content: [text('no')] };
    const { body } = encode({
      messages: [
        user(text('x')),
        assistant({ type: 'tool-call', id: 'call.1', name: 'now', argumentsText: '{"a":1}' }),
        { role: 'tool', content: [result, { ...result, content: [] }] },
      ],
    });
    expect(body.messages).toMatchObject([
      {},
      { role: 'assistant', content: [{ toolUse: { toolUseId: 'call_1', name: 'now', input: { a: 1 } } }] },
      {
        role: 'user',
        content: [
          { toolResult: { toolUseId: 'call_1', content: [{ text: 'no' }], status: 'error' } },
          { toolResult: { toolUseId: 'call_1', content: [{ text: '(no output)' }], status: 'error' } },
        ],
      },
    ]);
    expect(body.toolConfig).toEqual({
      tools: [{ toolSpec: { name: 'now', inputSchema: { json: { type: 'object', properties: {} } } } }],
    });
  });

  it('leaves tools out when none may be called', () => {
    const tools = [{ type: 'function' as const, name: 'now' }];
    expect(encode({ tools, toolChoice: { kind: 'none' } }).body).not.toHaveProperty('toolConfig');
    expect(encode({ tools, toolChoice: { kind: 'required' } }).body.toolConfig).toMatchObject({
      toolChoice: { any: {} },
    });
    expect(encode({ tools, toolChoice: { kind: 'tool', name: 'now' } }).body.toolConfig).toMatchObject({
      toolChoice: { tool: { name: 'now' } },
    });
  });

  it('puts a cache point behind what carried the mark', () => {
    const mark = { type: 'ephemeral', ttl: '1h' };
    const { body, dropped } = encode({
      messages: [{ role: 'system', content: [{ type: 'text', text: 'Long.', cacheControl: mark }] }, user(text('x'))],
      tools: [{ type: 'function', name: 'now', cacheControl: { type: 'ephemeral' } }],
    });
    expect(body.system).toEqual([{ text: 'Long.' }, { cachePoint: { type: 'default', ttl: '1h' } }]);
    expect(body.toolConfig).toMatchObject({ tools: [{ toolSpec: {} }, { cachePoint: { type: 'default' } }] });
    expect(dropped).toEqual([]);
  });

  it('gives back only its own reasoning', () => {
    const own: Content = { type: 'reasoning', text: 'Hm.', signature: 's', wire: 'bedrock-converse' };
    const foreign: Content = { type: 'reasoning', text: 'Hm.', signature: 's', wire: 'anthropic-messages' };
    const { body, dropped } = encode({
      messages: [user(text('x')), assistant(own, foreign, text('y')), user(text('z'))],
    });
    expect(body.messages).toMatchObject([
      {},
      { content: [{ reasoningContent: { reasoningText: { text: 'Hm.', signature: 's' } } }, { text: 'y' }] },
      {},
    ]);
    expect(dropped).toEqual(['messages.reasoning']);
  });

  it('asks for a schema in its own field, or in words where the model has none', () => {
    const responseFormat = { kind: 'json-schema', name: 'p', schema: { type: 'object' } } as const;
    const native = encode({ responseFormat }, 'qwen.qwen3-32b-v1:0');
    expect(native.body.outputConfig).toEqual({
      textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: '{"type":"object"}', name: 'p' } } },
    });
    const worded = encode({ responseFormat }, 'amazon.nova-pro-v1:0', { noJsonSchema: true });
    expect(JSON.stringify(worded.body.system)).toContain('JSON Schema');
    expect(worded.dropped).toEqual(['response_format']);
  });

  it.each([
    ['openai.gpt-oss-120b-1:0', { reasoning_effort: 'high' }],
    ['global.amazon.nova-2-lite-v1:0', { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' } }],
  ])('lets %s think in its own words', (model, additionalModelRequestFields) => {
    const { body, dropped } = encode({ reasoning: { effort: 'xhigh' } }, model);
    expect(body.additionalModelRequestFields).toEqual(additionalModelRequestFields);
    expect(dropped).toEqual([]);
  });

  it('reports what the wire has no word for', () => {
    const extensions = { wire: 'openai-chat', fields: { logit_bias: { 5: 1 }, store: false } } as const;
    const { dropped } = encode(
      { n: 2, seed: 1, user: 'u', topK: 3, temperature: 2, reasoning: { effort: 'low' }, extensions },
      'meta.llama3-3-70b-instruct-v1:0',
    );
    expect([...dropped].sort()).toEqual([
      'logit_bias',
      'n',
      'reasoning_effort',
      'seed',
      'temperature',
      'top_k',
      'user',
    ]);
  });
});

describe('a Converse reply', () => {
  it('keeps cached tokens apart, by how long they are kept', () => {
    const reply = bedrockConverseUpstream.decodeReply({
      output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } },
      stopReason: 'guardrail_intervened',
      usage: {
        inputTokens: 5,
        outputTokens: 2,
        cacheReadInputTokens: 10,
        cacheWriteInputTokens: 8,
        cacheDetails: [
          { ttl: '1h', inputTokens: 3 },
          { ttl: '5m', inputTokens: 5 },
        ],
      },
    });
    expect(reply.usage).toMatchObject({ input: 5, cacheRead: 10, cacheWrite5m: 5, cacheWrite1h: 3, output: 2 });
    expect(reply.choices[0]?.finishReason).toBe('content-filter');
    expect(() => bedrockConverseUpstream.decodeReply({})).toThrow(
      expect.objectContaining({ code: 'upstream.bad_reply' }),
    );
  });

  it('ends streamed reasoning with its proof', () => {
    const delta = (reasoningContent: object) =>
      encodeAwsEvent('contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent } });
    const frames = [
      delta({ text: 'Hm.' }),
      delta({ signature: 'abc' }),
      encodeAwsEvent('contentBlockStop', { contentBlockIndex: 0 }),
    ];
    const decoder = bedrockConverseUpstream.decoder();
    const parts = collectEvents(new AwsEventStreamSplitter(), frames).flatMap((event) => [...decoder.decode(event)]);
    expect(parts).toEqual([
      { type: 'reasoning-delta', choice: 0, block: 0, text: 'Hm.' },
      { type: 'reasoning-end', choice: 0, block: 0, signature: 'abc', wire: 'bedrock-converse' },
      { type: 'block-end', choice: 0, block: 0 },
    ]);
  });

  it('is whole without the metadata, which only costs the usage', () => {
    const frames = [
      encodeAwsEvent('messageStart', { role: 'assistant' }),
      encodeAwsEvent('messageStop', { stopReason: 'end_turn' }),
    ];
    const decoder = bedrockConverseUpstream.decoder();
    for (const event of collectEvents(new AwsEventStreamSplitter(), frames)) decoder.decode(event);
    expect(decoder.end()).toEqual([{ type: 'end' }]);
  });

  it('names the exception of an error body', () => {
    expect(
      bedrockConverseUpstream.readError({ message: 'Slow down.', __type: 'com.amazon.coral#ThrottlingException' }),
    ).toEqual({
      message: 'Slow down.',
      type: 'ThrottlingException',
    });
  });
});
