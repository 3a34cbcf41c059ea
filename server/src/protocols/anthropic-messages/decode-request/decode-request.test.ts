import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWeirError } from '../../../kernel/errors.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import { anthropicMessagesClient } from '../client.ts';
import { decode, decodeChatOf, encode } from '../testing/requests.ts';
import { decodeCountTokens } from './decode-request.ts';

const MINIMAL = { model: 'claude-x', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] };

function errorOf(action: () => unknown) {
  try {
    action();
  } catch (error) {
    if (isWeirError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('decoding a request', () => {
  it('reads what routing needs without decoding the conversation', () => {
    const messages = [{ role: 'user', content: [{ type: 'text', text: 7 }] }];
    const request = decode({ ...MINIMAL, stream: true, metadata: { user_id: 'u1' }, messages });
    expect(request).toMatchObject({ wire: 'anthropic-messages', model: 'claude-x', stream: true, user: 'u1' });
    expect(request).toMatchObject({ maxOutputTokens: 100, includeUsage: true });
  });

  it('counts the characters of the prompt without media and proofs', () => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'A'.repeat(10_000) } };
    const plain = decode({ ...MINIMAL, system: 'x'.repeat(50) }).promptCharacters;
    const withImage = decode({ ...MINIMAL, messages: [{ role: 'user', content: [image] }] }).promptCharacters;
    expect(plain).toBeGreaterThanOrEqual(52);
    expect(plain).toBeLessThan(100);
    expect(withImage).toBeLessThan(200);
  });

  it.each<[string, JsonObject, string]>([
    ['no model', { model: undefined }, 'model: field required'],
    ['an empty model', { model: '' }, 'model: must not be empty'],
    ['no max_tokens', { max_tokens: undefined }, 'max_tokens: field required'],
    ['max_tokens 0', { max_tokens: 0 }, 'max_tokens: must be an integer from 1 to'],
    ['max_tokens as text', { max_tokens: '5' }, 'max_tokens: must be an integer from 1 to'],
    ['max_tokens beyond reason', { max_tokens: 1e300 }, 'max_tokens: must be an integer from 1 to'],
    ['an image in the system prompt', { system: [{ type: 'image' }] }, 'system[0].type: must be "text"'],
    [
      'a tool call by the user',
      { messages: [{ role: 'user', content: [{ type: 'tool_use', id: 't', name: 'f', input: {} }] }] },
      'messages[0].content[0].type: tool_use has no place in a message of the role user',
    ],
    [
      'a tool result by the assistant',
      { messages: [{ role: 'assistant', content: [{ type: 'tool_result', tool_use_id: 't' }] }] },
      'messages[0].content[0].type: tool_result has no place in a message of the role assistant',
    ],
    [
      'a tool result inside a tool result',
      {
        messages: [
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'tool_result' }] }] },
        ],
      },
      'messages[0].content[0].content[0].type: tool_result has no place in a tool result',
    ],
    ['no messages', { messages: undefined }, 'messages: field required'],
    ['an empty conversation', { messages: [] }, 'messages: at least one message is required'],
    ['stream as text', { stream: 'yes' }, 'stream: must be true or false'],
    ['an unknown role', { messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].role: must be "user"'],
    ['no content', { messages: [{ role: 'user' }] }, 'messages[0].content: field required'],
    [
      'a block without type',
      { messages: [MINIMAL.messages[0] ?? null, { role: 'assistant', content: [{ text: 'x' }] }] },
      'messages[1].content[0].type: field required',
    ],
    [
      'text that is a number',
      { messages: [{ role: 'user', content: [{ type: 'text', text: 1 }] }] },
      'messages[0].content[0].text: must be a string',
    ],
    [
      'a bad block inside a tool result',
      { messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: [{}] }] }] },
      'messages[0].content[0].content[0].type: field required',
    ],
    ['a tool without schema', { tools: [{ name: 't' }] }, 'tools[0].input_schema: field required'],
    ['an unknown tool choice', { tool_choice: { type: 'some' } }, 'tool_choice.type: must be one of'],
    ['an unknown thinking mode', { thinking: { type: 'hard' } }, 'thinking.type: must be one of'],
    ['thinking without budget', { thinking: { type: 'enabled' } }, 'thinking.budget_tokens: field required'],
    ['a stop sequence that is no text', { stop_sequences: ['a', 1] }, 'stop_sequences[1]: must be a string'],
    ['another output format', { output_config: { format: { type: 'xml' } } }, 'output_config.format.type: must be'],
  ])('refuses %s and names the field', (_what, change, message) => {
    const error = errorOf(() => decode({ ...MINIMAL, ...change }).chat());
    expect(error.code).toBe('request.invalid');
    expect(error.message).toContain(message);
    expect(message.startsWith(`${error.param}:`)).toBe(true);
  });

  it('refuses a body that names a field twice', () => {
    const text = '{"model":"a","model":"b","max_tokens":1,"messages":[{"role":"user","content":"x"}]}';
    expect(errorOf(() => decodeCountTokens(Buffer.from(text), JSON.parse(text))).param).toBe('model');
  });

  it('takes a counting request without an output limit', () => {
    const { max_tokens: _, ...json } = MINIMAL;
    const request = decodeCountTokens(Buffer.from(JSON.stringify(json)), json);
    expect(request.maxOutputTokens).toBeUndefined();
    expect(request.chat().messages).toHaveLength(1);
  });

  it('is not confused by names every object has', () => {
    const text =
      '{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"constructor"}]}],"__proto__":{"a":1}}';
    const chat = anthropicMessagesClient.decode(Buffer.from(text), JSON.parse(text), {}).chat();
    expect(Object.keys(chat.extensions.fields)).toEqual(['__proto__']);
    expect(chat.messages[0]?.content[0]).toMatchObject({ type: 'opaque', name: 'constructor' });
  });

  it('never fails with anything but a clear error, whatever the fields hold', () => {
    const field = fc.constantFrom(
      'system',
      'tools',
      'thinking',
      'output_config',
      'tool_choice',
      'metadata',
      'messages',
    );
    fc.assert(
      fc.property(field, fc.jsonValue(), (name, value) => {
        try {
          decode({ ...MINIMAL, [name]: value } as JsonObject).chat();
        } catch (error) {
          expect(isWeirError(error) && error.code === 'request.invalid' && error.param !== undefined).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('the neutral form of a request', () => {
  it('has system, user, tool and assistant messages in order', () => {
    const chat = decodeChatOf({
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      messages: [
        { role: 'user', content: 'Weather?' },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm', signature: 'sig' },
            { type: 'redacted_thinking', data: 'zzz' },
            { type: 'text', text: 'One moment.' },
            { type: 'tool_use', id: 't1', name: 'weather', input: { city: 'Oslo' } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'And tomorrow?' },
            { type: 'tool_result', tool_use_id: 't1', content: 'Rain', is_error: false },
          ],
        },
        { role: 'system', content: 'Metric units.' },
      ],
    });
    const wire = 'anthropic-messages';
    expect(chat.messages).toEqual([
      { role: 'system', content: [{ type: 'text', text: 'Be brief.', cacheControl: { type: 'ephemeral' } }] },
      { role: 'user', content: [{ type: 'text', text: 'Weather?' }] },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'hm', signature: 'sig', wire },
          { type: 'reasoning', text: '', encrypted: 'zzz', wire },
          { type: 'text', text: 'One moment.' },
          { type: 'tool-call', id: 't1', name: 'weather', argumentsText: '{"city":"Oslo"}' },
        ],
      },
      {
        role: 'tool',
        content: [{ type: 'tool-result', toolCallId: 't1', content: [{ type: 'text', text: 'Rain' }], isError: false }],
      },
      { role: 'user', content: [{ type: 'text', text: 'And tomorrow?' }] },
      { role: 'system', content: [{ type: 'text', text: 'Metric units.' }] },
    ]);
  });

  it('has media from base64, addresses and files', () => {
    const pdf = { type: 'base64', media_type: 'application/pdf', data: 'JVBE' };
    const chat = decodeChatOf({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBO' } },
            { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
            { type: 'image', source: { type: 'file', file_id: 'file_1' } },
            { type: 'document', source: pdf, title: 'a.pdf' },
            { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'plain' } },
          ],
        },
      ],
    });
    expect(chat.messages[0]?.content).toEqual([
      { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'iVBO' } },
      { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } },
      { type: 'image', source: { kind: 'file-id', fileId: 'file_1' } },
      { type: 'file', source: { kind: 'base64', mediaType: 'application/pdf', data: 'JVBE' }, filename: 'a.pdf' },
      { type: 'file', source: { kind: 'text', text: 'plain' } },
    ]);
  });

  it('has options, tools, thinking and format', () => {
    const schema = { type: 'object', properties: {} };
    const chat = decodeChatOf({
      tools: [
        { name: 'f', description: 'd', input_schema: schema, strict: true, cache_control: { type: 'ephemeral' } },
        { type: 'web_search_20250305', name: 'web_search' },
      ],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
      thinking: { type: 'enabled', budget_tokens: 2000 },
      output_config: { effort: 'max', format: { type: 'json_schema', schema } },
      stop_sequences: ['END'],
      temperature: 0.5,
      top_p: 0.9,
      top_k: 5,
      metadata: { user_id: 'u' },
    });
    expect(chat).toMatchObject({
      tools: [
        { type: 'function', name: 'f', description: 'd', parameters: schema, strict: true },
        { type: 'opaque', wire: 'anthropic-messages', name: 'web_search_20250305' },
      ],
      toolChoice: { kind: 'required' },
      parallelToolCalls: false,
      reasoning: { mode: 'enabled', budgetTokens: 2000, effort: 'xhigh' },
      responseFormat: { kind: 'json-schema', schema },
      stop: ['END'],
      temperature: 0.5,
      topP: 0.9,
      topK: 5,
      user: 'u',
      maxOutputTokens: 100,
      extensions: { wire: 'anthropic-messages', fields: {} },
    });
  });

  it.each([['adaptive'], ['between_tools'], ['disabled']])('keeps the thinking mode %s', (mode) => {
    expect(decodeChatOf({ thinking: { type: mode } }).reasoning).toEqual({ mode });
  });

  it('names every field it has no word for', () => {
    const { fields } = decodeChatOf({
      context_management: { edits: [] },
      service_tier: 'auto',
      container: null,
      output_config: { task_budget: 5 },
      tools: [{ name: 'f', input_schema: {}, defer_loading: true }],
      messages: [
        {
          role: 'user',
          content: [{ type: 'document', source: { type: 'url', url: 'https://x/y.pdf' }, context: 'c' }],
        },
      ],
    }).extensions;
    expect(Object.keys(fields).sort()).toEqual([
      'context_management',
      'messages.document.context',
      'output_config.task_budget',
      'service_tier',
      'tools.defer_loading',
    ]);
  });

  it('keeps blocks of server tools, toolsets and newer kinds opaque', () => {
    const content = [
      { type: 'server_tool_use', id: 's', name: 'web_search', input: {} },
      { type: 'tool_use', id: 'b', name: 'navigate', toolset_name: 'browser', input: { url: 'https://x' } },
      { type: 'hologram', light: 1 },
    ];
    const chat = decodeChatOf({ messages: [{ role: 'assistant', content }] });
    expect(chat.messages[0]?.content).toEqual(
      content.map((value) => ({ type: 'opaque', wire: 'anthropic-messages', name: value.type, value })),
    );
  });

  it('leaves out the billing line of Claude Code, as a block and as the start of a string', () => {
    const line = 'x-anthropic-billing-header: cc_version=2.1.0; cch=1a2b3;';
    const blocks = decodeChatOf({
      system: [
        { type: 'text', text: line },
        { type: 'text', text: 'Help.' },
      ],
    });
    const string = decodeChatOf({ system: `${line}\nHelp.` });
    const nothingElse = decodeChatOf({ system: line });
    expect(blocks.messages[0]?.content).toEqual([{ type: 'text', text: 'Help.' }]);
    expect(string.messages[0]?.content).toEqual([{ type: 'text', text: 'Help.' }]);
    expect(nothingElse.messages.map((message) => message.role)).toEqual(['user']);
  });

  it('is decoded once and kept', () => {
    const request = decode(MINIMAL);
    expect(request.chat()).toBe(request.chat());
  });

  it('encodes back to the same body on its own wire', () => {
    const json: JsonObject = {
      model: 'claude-y',
      max_tokens: 4000,
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
      messages: [
        { role: 'user', content: 'Weather?' },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm', signature: 'sig' },
            { type: 'tool_use', id: 't1', name: 'weather', input: { city: 'Oslo' } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 't1', content: 'Rain', cache_control: { type: 'ephemeral' } },
            { type: 'image', source: { type: 'file', file_id: 'file_1' } },
          ],
        },
        { role: 'system', content: 'Metric units.' },
      ],
      tools: [
        { name: 'weather', input_schema: { type: 'object' }, cache_control: { type: 'ephemeral' } },
        { type: 'web_search_20250305', name: 'web_search' },
      ],
      tool_choice: { type: 'auto', disable_parallel_tool_use: true },
      thinking: { type: 'enabled', budget_tokens: 2000 },
      metadata: { user_id: 'u' },
      stop_sequences: ['END'],
      context_management: { edits: [] },
    };
    const { body, dropped } = encode(decode(json).chat());
    expect(body).toEqual(json);
    expect(dropped).toEqual([]);
  });
});
