import { describe, expect, it } from 'vitest';
import type { ChatRequest } from '../../kernel/chat.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Quirks } from '../../ports/protocol.ts';
import { openaiChatClient } from './client.ts';
import { openaiChatUpstream } from './upstream.ts';

function decode(json: unknown) {
  const text = typeof json === 'string' ? json : JSON.stringify(json);
  return openaiChatClient.decode(Buffer.from(text), JSON.parse(text), {});
}

const context = (quirks: Quirks = {}) => ({ model: 'up', quirks, clientHeaders: {} });
const HELLO = [{ role: 'user', content: 'hello' }];

function encode(request: ChatRequest, quirks: Quirks = {}) {
  const { body, dropped } = openaiChatUpstream.encode(request, context(quirks));
  return { json: JSON.parse(body.toString()) as JsonObject, dropped };
}

function neutral(part: Partial<ChatRequest>): ChatRequest {
  return {
    model: 'm',
    messages: [{ role: 'user', content: [{ type: 'text', text: 'hello' }] }],
    stream: false,
    includeUsage: false,
    extensions: { wire: 'anthropic-messages', fields: {} },
    ...part,
  };
}

describe('openaiChatClient.decode', () => {
  it('reads what routing, limits and accounting need', () => {
    const request = decode({
      model: 'gpt-4o',
      messages: [
        { role: 'system', content: 'abc' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'de' },
            { type: 'image_url', image_url: { url: 'data:xx' } },
          ],
        },
        { role: 'assistant', tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }] },
        { role: 'tool', tool_call_id: 'c', content: 'fgh' },
      ],
      tools: [{}],
      max_tokens: 5,
      max_completion_tokens: 7,
      stream: true,
      stream_options: { include_usage: true },
      user: 'ann',
    });
    expect(request).toMatchObject({
      model: 'gpt-4o',
      stream: true,
      includeUsage: true,
      user: 'ann',
      maxOutputTokens: 7,
    });
    expect(request.promptCharacters).toBe('abc'.length + 'de'.length + '{}'.length + 'fgh'.length + '[{}]'.length);
  });

  it.each<[string, unknown]>([
    ['model', { messages: HELLO }],
    ['model', { model: 7, messages: HELLO }],
    ['messages', { model: 'm' }],
    ['messages', { model: 'm', messages: [] }],
    ['messages[0]', { model: 'm', messages: ['hello'] }],
    ['messages[0].content', { model: 'm', messages: [{ role: 'user' }] }],
    ['messages[0].content', { model: 'm', messages: [{ role: 'user', content: 7 }] }],
    ['messages[0].content[0]', { model: 'm', messages: [{ role: 'user', content: ['x'] }] }],
    ['messages[1].role', { model: 'm', messages: [...HELLO, { role: 'robot', content: 'x' }] }],
    ['stream', { model: 'm', messages: HELLO, stream: 'yes' }],
    ['stream_options', { model: 'm', messages: HELLO, stream_options: true }],
    ['max_tokens', { model: 'm', messages: HELLO, max_tokens: 0 }],
    ['max_completion_tokens', { model: 'm', messages: HELLO, max_completion_tokens: 1.5 }],
    ['temperature', { model: 'm', messages: HELLO, temperature: 2.1 }],
    ['top_p', { model: 'm', messages: HELLO, top_p: '1' }],
    ['n', { model: 'm', messages: HELLO, n: -1 }],
    ['tools', { model: 'm', messages: HELLO, tools: {} }],
    ['user', { model: 'm', messages: HELLO, user: 5 }],
    ['model', '{"model":"a","messages":[{"role":"user","content":"x"}],"model":"b"}'],
  ])('refuses the request and names %s', (param, json) => {
    expect(() => decode(json)).toThrow(expect.objectContaining({ code: 'request.invalid', param }));
  });

  it.each<[string, JsonObject]>([
    ['messages[0].content[0].text', { messages: [{ role: 'user', content: [{ type: 'text' }] }] }],
    ['messages[0].content[0].image_url.url', { messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }],
    ['messages[0].tool_call_id', { messages: [{ role: 'tool', content: 'x' }] }],
    ['messages[0].tool_calls[0].function', { messages: [{ role: 'assistant', tool_calls: [{ id: 'x' }] }] }],
    ['tools[0].function.name', { messages: HELLO, tools: [{ type: 'function', function: {} }] }],
    ['tool_choice', { messages: HELLO, tool_choice: 'maybe' }],
    ['stop', { messages: HELLO, stop: [1] }],
    ['response_format.type', { messages: HELLO, response_format: { type: 'xml' } }],
    ['response_format.json_schema.schema', { messages: HELLO, response_format: { type: 'json_schema' } }],
  ])('refuses at translation and names %s', (param, fields) => {
    const request = decode({ model: 'm', ...fields });
    expect(() => request.chat()).toThrow(expect.objectContaining({ code: 'request.invalid', param }));
  });

  it('takes null for absent', () => {
    const json = {
      model: 'm',
      messages: HELLO,
      stream: null,
      max_tokens: null,
      temperature: null,
      n: null,
      tools: null,
    };
    expect(decode(json)).toMatchObject({ stream: false, maxOutputTokens: undefined });
    expect(decode({ ...json, stop: null, response_format: null, user: null }).chat().stop).toBeUndefined();
  });

  it('decodes the neutral form once and keeps what it has no word for', () => {
    const request = decode({
      model: 'm',
      messages: HELLO,
      logit_bias: { 5: 1 },
      prompt: { name: 'tutor/x' },
      conversation_id: 'c',
      reasoning_effort: 'low',
      stop: 'end',
    });
    expect(request.chat()).toBe(request.chat());
    expect(request.chat()).toMatchObject({ reasoning: { effort: 'low' }, stop: ['end'] });
    expect(request.chat().extensions).toEqual({ wire: 'openai-chat', fields: { logit_bias: { 5: 1 } } });
  });

  it('reads the retired functions form', () => {
    const chat = decode({
      model: 'm',
      messages: [
        { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
        { role: 'function', name: 'f', content: 'done' },
      ],
      functions: [{ name: 'f' }],
      function_call: { name: 'f' },
    }).chat();
    expect(chat.tools).toEqual([{ type: 'function', name: 'f' }]);
    expect(chat.toolChoice).toEqual({ kind: 'tool', name: 'f' });
    expect(chat.messages[0]?.content).toEqual([{ type: 'tool-call', id: 'call_f', name: 'f', argumentsText: '{}' }]);
    expect(chat.messages[1]?.content[0]).toMatchObject({ type: 'tool-result', toolCallId: 'call_f' });
  });
});

describe('openaiChatUpstream.forward', () => {
  it('changes only the model, byte for byte', () => {
    const text = '{ "messages":[{"role":"user","content":"\\u00e9"}],\n "model" : "gpt-4o", "x_new": 1.0 }';
    const { body, dropped } = openaiChatUpstream.forward(decode(text), context());
    expect(body.toString()).toBe(text.replace('"gpt-4o"', '"up"'));
    expect(dropped).toEqual([]);
  });

  it('asks for usage in streams and keeps the other stream options', () => {
    const request = decode({
      model: 'up',
      messages: HELLO,
      stream: true,
      stream_options: { include_obfuscation: false },
    });
    const json = JSON.parse(openaiChatUpstream.forward(request, context()).body.toString());
    expect(json.stream_options).toEqual({ include_obfuscation: false, include_usage: true });
  });

  it('sends the very same bytes when nothing must change', () => {
    const request = decode({ model: 'up', messages: HELLO, stream: true, stream_options: { include_usage: true } });
    expect(openaiChatUpstream.forward(request, context()).body).toBe(request.body);
  });

  it("strips the fields that are Weir's, and only those", () => {
    const fields = { model: 'up', messages: HELLO };
    const own = decode({ ...fields, prompt: { name: 'a/b', label: 'x' }, conversation_id: 'c' });
    expect(JSON.parse(openaiChatUpstream.forward(own, context()).body.toString())).toEqual(fields);
    const foreign = decode({ ...fields, prompt: { id: 'pmpt_1' }, metadata: { prompt: 'x' } });
    expect(openaiChatUpstream.forward(foreign, context()).body).toBe(foreign.body);
  });

  it('bends the body to the quirks of the provider and reports what it took away', () => {
    const request = decode({
      model: 'gpt',
      messages: [{ role: 'developer', content: 'x' }, ...HELLO],
      max_tokens: 5,
      temperature: 1,
      logprobs: true,
      stream: true,
      stream_options: { include_usage: true },
      response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' } } },
    });
    const { body, dropped } = openaiChatUpstream.forward(
      request,
      context({
        unsupported: ['logprobs', 'seed'],
        noSampling: true,
        maxTokensField: 'max_completion_tokens',
        noStreamUsageOption: true,
        noDeveloperRole: true,
        noJsonSchema: true,
        setFields: { api: 'v' },
        removeFields: ['model'],
      }),
    );
    const json = JSON.parse(body.toString());
    expect(json).toEqual({
      messages: [
        { role: 'system', content: expect.stringContaining('{"type":"object"}') },
        { role: 'system', content: 'x' },
        ...HELLO,
      ],
      max_completion_tokens: 5,
      stream: true,
      response_format: { type: 'json_object' },
      api: 'v',
    });
    expect(dropped).toEqual(['logprobs', 'temperature']);
  });
});

describe('openaiChatUpstream.encode', () => {
  it('writes what it decoded, so that an OpenAI body survives the neutral form', () => {
    const json = {
      model: 'up',
      messages: [
        { role: 'system', content: 'be kind' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'what is this?' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } },
            { type: 'image_url', image_url: { url: 'https://images.example/a.png' } },
            { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } },
            { type: 'file', file: { file_id: 'file-1' } },
            { type: 'video_url', video_url: { url: 'https://v.example' } },
          ],
          name: 'ann',
        },
        {
          role: 'assistant',
          content: 'looking',
          tool_calls: [
            { id: 'a', type: 'function', function: { name: 'f', arguments: '{ "x": 1.0 }' } },
            { id: 'b', type: 'function', function: { name: 'g', arguments: '{}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'a', content: 'one' },
        { role: 'tool', tool_call_id: 'b', content: 'two' },
        { role: 'assistant', content: null, refusal: 'no' },
        { role: 'user', content: '' },
      ],
      tools: [
        { type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true } },
        { type: 'custom', custom: { name: 'c' } },
      ],
      tool_choice: { type: 'function', function: { name: 'f' } },
      parallel_tool_calls: false,
      max_completion_tokens: 9,
      temperature: 0.5,
      top_p: 0.9,
      stop: ['a', 'b'],
      seed: 4,
      n: 2,
      presence_penalty: 0.1,
      frequency_penalty: 0.2,
      response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' }, strict: true } },
      reasoning_effort: 'high',
      user: 'ann',
      metadata: { a: 'b' },
      logit_bias: { 1: 2 },
      stream: true,
      stream_options: { include_usage: true },
    };
    const { json: written, dropped } = encode(decode(json).chat());
    expect(written).toEqual(json);
    expect(dropped).toEqual([]);
  });

  it('names what another wire said and this one cannot', () => {
    const { json, dropped } = encode(
      neutral({
        topK: 5,
        messages: [
          { role: 'user', content: [{ type: 'text', text: 'a', cacheControl: { type: 'ephemeral' } }] },
          {
            role: 'assistant',
            content: [
              { type: 'reasoning', text: 'hm', signature: 's', wire: 'anthropic-messages' },
              { type: 'text', text: 'b', cacheControl: { type: 'ephemeral' } },
              { type: 'opaque', wire: 'anthropic-messages', name: 'server_tool_use', value: {} },
            ],
          },
        ],
        tools: [
          { type: 'opaque', wire: 'anthropic-messages', name: 'web_search', value: {} },
          { type: 'function', name: 'f', cacheControl: {} },
        ],
        extensions: { wire: 'anthropic-messages', fields: { container: 'c' } },
      }),
    );
    expect([...dropped].sort()).toEqual(
      ['cache_control', 'container', 'reasoning', 'server_tool_use', 'tools.web_search', 'top_k'].sort(),
    );
    expect(json.messages).toEqual([
      { role: 'user', content: 'a' },
      { role: 'assistant', content: 'b' },
    ]);
  });

  it('puts the pictures of tool results behind all results of the turn', () => {
    const image = { type: 'image' as const, source: { kind: 'base64' as const, mediaType: 'image/png', data: 'AA' } };
    const { json, dropped } = encode(
      neutral({
        messages: [
          {
            role: 'tool',
            content: [
              { type: 'tool-result', toolCallId: 'a', content: [{ type: 'text', text: 'x' }, image], isError: true },
              { type: 'tool-result', toolCallId: 'b', content: [{ type: 'text', text: 'y' }] },
            ],
          },
        ],
      }),
    );
    expect(json.messages).toEqual([
      { role: 'tool', tool_call_id: 'a', content: 'x' },
      { role: 'tool', tool_call_id: 'b', content: 'y' },
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } }] },
    ]);
    expect(dropped).toEqual(['is_error']);
  });

  it.each([
    [{ budgetTokens: 1024 }, 'low'],
    [{ budgetTokens: 8000 }, 'medium'],
    [{ budgetTokens: 32_000 }, 'high'],
    [{ mode: 'disabled', budgetTokens: 5000 }, undefined],
    [{ mode: 'adaptive' }, undefined],
    [{ effort: 'xhigh', budgetTokens: 1 }, 'xhigh'],
  ])('asks for the effort nearest to %o', (reasoning, effort) => {
    expect(encode(neutral({ reasoning })).json.reasoning_effort).toBe(effort);
  });

  it('reports a field the model refuses in the words of the client', () => {
    const request = neutral({ reasoning: { budgetTokens: 5000 }, temperature: 1, maxOutputTokens: 3 });
    const { json, dropped } = encode(request, {
      unsupported: ['reasoning_effort'],
      noSampling: true,
      maxTokensField: 'max_tokens',
    });
    expect(json).toEqual({ model: 'up', messages: HELLO, max_tokens: 3 });
    expect(dropped).toEqual(['thinking', 'temperature']);
  });

  it('asks for a schema in the system prompt where the provider knows none', () => {
    const responseFormat = { kind: 'json-schema' as const, name: 'n', schema: { type: 'array' } };
    const { json } = encode(neutral({ responseFormat }), { noJsonSchema: true });
    expect(json.response_format).toEqual({ type: 'json_object' });
    expect(json.messages).toEqual([{ role: 'system', content: expect.stringContaining('{"type":"array"}') }, ...HELLO]);
  });
});
