import type Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import type { Content, Message } from '../../../kernel/chat.ts';
import { encode } from '../testing/requests.ts';

const TOOL = { type: 'function' as const, name: 'f', parameters: { type: 'object' } };

function text(value: string): Content {
  return { type: 'text', text: value };
}

function call(id: string, argumentsText = '{}'): Content {
  return { type: 'tool-call', id, name: 'f', argumentsText };
}

function result(toolCallId: string, value: string): Message {
  return { role: 'tool', content: [{ type: 'tool-result', toolCallId, content: [text(value)] }] };
}

function user(...content: Content[]): Message {
  return { role: 'user', content };
}

function assistant(...content: Content[]): Message {
  return { role: 'assistant', content };
}

describe('encoding a request of another wire', () => {
  it('writes the least the wire wants', () => {
    const { body, dropped, headers } = encode({});
    const least: Anthropic.MessageCreateParams = {
      model: 'claude-y',
      max_tokens: 4096,
      messages: [{ role: 'user', content: 'Hi' }],
    };
    expect(body).toEqual(least);
    expect(dropped).toEqual([]);
    expect(headers).toEqual({ 'anthropic-version': '2023-06-01' });
  });

  it('takes the output limit of the client, then the model, then 4096', () => {
    expect(encode({ maxOutputTokens: 7 }).body.max_tokens).toBe(7);
    expect(encode({}, { quirks: { defaultMaxTokens: 8000 } }).body.max_tokens).toBe(8000);
  });

  it('merges system and developer messages, wherever they stand, into the system prompt', () => {
    const { body } = encode({
      messages: [
        { role: 'system', content: [text('One.')] },
        { role: 'developer', content: [{ type: 'text', text: 'Two.', cacheControl: { type: 'ephemeral' } }] },
        user(text('Hi')),
        { role: 'system', content: [text('Three.')] },
        assistant(text('Hello')),
        user(text('Bye')),
      ],
    });
    expect(body.system).toEqual([
      { type: 'text', text: 'One.' },
      { type: 'text', text: 'Two.', cache_control: { type: 'ephemeral' } },
      { type: 'text', text: 'Three.' },
    ]);
    expect((body.messages as { role: string }[]).map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  });

  it('puts parallel tool results and what the user adds into one turn, results first', () => {
    const { body } = encode({
      messages: [
        user(text('Go')),
        assistant(text('Calling.'), call('a', '{"x":1}'), call('b')),
        result('a', 'A'),
        user(text('Also this.')),
        result('b', 'B'),
      ],
    });
    expect(body.messages).toEqual([
      { role: 'user', content: 'Go' },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Calling.' },
          { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } },
          { type: 'tool_use', id: 'b', name: 'f', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: 'A' },
          { type: 'tool_result', tool_use_id: 'b', content: 'B' },
          { type: 'text', text: 'Also this.' },
        ],
      },
    ]);
  });

  it('merges neighbours of one role', () => {
    const { body } = encode({
      messages: [user(text('a')), user(text('b')), assistant(text('c')), assistant(text('d'))],
    });
    expect(body.messages).toEqual([
      { role: 'user', content: [text('a'), text('b')] },
      { role: 'assistant', content: [text('c'), text('d')] },
    ]);
  });

  it('starts with a user turn even when the conversation does not', () => {
    const placeholder = { role: 'user', content: 'Continue.' };
    expect(encode({ messages: [assistant(text('Hello'))] }).body.messages).toEqual([
      placeholder,
      { role: 'assistant', content: 'Hello' },
    ]);
    expect(encode({ messages: [{ role: 'system', content: [text('Only this.')] }] }).body.messages).toEqual([
      placeholder,
    ]);
  });

  it('sends no empty text and no white space after the last answer', () => {
    const { body } = encode({
      messages: [user(text(''), text('Hi'), text(' \n')), assistant(text('')), assistant(text('So, \n'))],
    });
    expect(body.messages).toEqual([
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'So,' },
    ]);
  });

  it('replaces arguments that are no JSON object and says so', () => {
    const broken = encode({ messages: [user(text('Go')), assistant(call('a', '{"x":')), result('a', 'A')] });
    const empty = encode({ messages: [user(text('Go')), assistant(call('a', '')), result('a', 'A')] });
    expect(broken.body).toMatchObject({ messages: [{}, { content: [{ input: {} }] }, {}] });
    expect(broken.dropped).toEqual(['tool_calls.arguments']);
    expect(empty.dropped).toEqual([]);
  });

  it('rewrites ids the wire refuses alike in call and result', () => {
    const { body } = encode({ messages: [user(text('Go')), assistant(call('call|1.x')), result('call|1.x', 'A')] });
    expect(body).toMatchObject({
      messages: [{}, { content: [{ id: 'call_1_x' }] }, { content: [{ tool_use_id: 'call_1_x' }] }],
    });
  });

  it('writes images and documents, in tool results too', () => {
    const png: Content = { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'iVBO' } };
    const { body, dropped } = encode({
      messages: [
        user(
          png,
          { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } },
          { type: 'file', source: { kind: 'base64', mediaType: 'application/pdf', data: 'JVBE' }, filename: 'a.pdf' },
          { type: 'file', source: { kind: 'base64', mediaType: 'text/csv', data: 'YSxi' } },
          { type: 'file', source: { kind: 'url', url: 'https://example.com/b.pdf' } },
        ),
        assistant(call('a')),
        {
          role: 'tool',
          content: [{ type: 'tool-result', toolCallId: 'a', content: [text('see'), png], isError: true }],
        },
      ],
    });
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBO' } };
    expect(body).toMatchObject({
      messages: [
        {
          content: [
            image,
            { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
            {
              type: 'document',
              title: 'a.pdf',
              source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' },
            },
            { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'a,b' } },
            { type: 'document', source: { type: 'url', url: 'https://example.com/b.pdf' } },
          ],
        },
        {},
        { content: [{ type: 'tool_result', is_error: true, content: [text('see'), image] }] },
      ],
    });
    expect(dropped).toEqual([]);
  });

  it('drops what has no form here, by name', () => {
    const { body, dropped } = encode({
      messages: [
        { role: 'user', name: 'ann', content: [text('Hi'), { type: 'audio', data: 'UklG', format: 'wav' }] },
        assistant(
          { type: 'reasoning', text: 'unsigned' },
          { type: 'reasoning', text: '', encrypted: 'x', wire: 'openai-responses', id: 'rs_1' },
          { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } },
          text('Hello'),
        ),
        user(
          { type: 'file', source: { kind: 'file-id', fileId: 'file-1' } },
          { type: 'file', source: { kind: 'base64', mediaType: 'application/zip', data: 'UEs=' } },
          { type: 'opaque', wire: 'openai-responses', name: 'computer_call', value: {} },
          { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' }, detail: 'high' },
        ),
      ],
      tools: [TOOL, { type: 'opaque', wire: 'openai-responses', name: 'file_search', value: {} }],
      n: 2,
      seed: 1,
      presencePenalty: 0.5,
      frequencyPenalty: 0.5,
      metadata: { a: 'b' },
      extensions: {
        wire: 'openai-chat',
        fields: { logprobs: true, logit_bias: { 1: 2 }, store: false, prediction: null },
      },
    });
    expect(dropped.toSorted()).toEqual(
      [
        'messages.name',
        'messages.input_audio',
        'messages.reasoning',
        'messages.assistant.image',
        'messages.file',
        'messages.computer_call',
        'messages.image_url.detail',
        'tools.file_search',
        'n',
        'seed',
        'presence_penalty',
        'frequency_penalty',
        'metadata',
        'logprobs',
        'logit_bias',
      ].toSorted(),
    );
    expect(Object.keys(body).sort()).toEqual(['max_tokens', 'messages', 'model', 'tools']);
  });

  it('reports nothing for values that change nothing', () => {
    expect(encode({ n: 1, presencePenalty: 0, frequencyPenalty: 0, toolChoice: { kind: 'auto' } }).dropped).toEqual([]);
  });

  it('sends signed and redacted thinking of its own wire back, as it was', () => {
    const wire = 'anthropic-messages';
    const { body } = encode({
      messages: [
        user(text('Go')),
        assistant(
          { type: 'reasoning', text: 'hm', signature: 's', wire },
          { type: 'reasoning', text: '', encrypted: 'e', wire },
          text('Done'),
        ),
      ],
    });
    expect(body).toMatchObject({
      messages: [
        {},
        {
          content: [
            { type: 'thinking', thinking: 'hm', signature: 's' },
            { type: 'redacted_thinking', data: 'e' },
            text('Done'),
          ],
        },
      ],
    });
  });

  it('writes a refusal as the text it is', () => {
    const { body } = encode({
      messages: [user(text('Go')), assistant({ type: 'refusal', text: 'No.' }), user(text('Ok'))],
    });
    expect(body).toMatchObject({ messages: [{}, { role: 'assistant', content: 'No.' }, {}] });
  });

  it('carries user, stop and stream', () => {
    const { body, dropped } = encode({ user: 'u1', stop: ['END', ' '], stream: true });
    expect(body).toMatchObject({ metadata: { user_id: 'u1' }, stop_sequences: ['END'], stream: true });
    expect(dropped).toEqual(['stop']);
    expect(encode({ user: 'u'.repeat(300) }).dropped).toEqual(['user']);
  });

  it('keeps every anthropic header of the client, known or not', () => {
    const clientHeaders = {
      'anthropic-version': '2026-10-21',
      'anthropic-beta': 'a-1,b-2',
      'anthropic-workspace-id': 'w',
      'x-other': 'no',
    };
    const { 'x-other': _, ...expected } = clientHeaders;
    expect(encode({}, { clientHeaders }).headers).toEqual(expected);
  });

  it('applies the quirks of the provider', () => {
    const quirks = { unsupported: ['metadata'], setFields: { anthropic_version: 'cloud-1' }, removeFields: ['model'] };
    const { body, dropped } = encode({ user: 'u' }, { quirks });
    expect(body).toEqual({
      max_tokens: 4096,
      messages: [{ role: 'user', content: 'Hi' }],
      anthropic_version: 'cloud-1',
    });
    expect(dropped).toEqual(['metadata']);
  });
});

describe('tools', () => {
  it('are written with their schema, strictness and cache mark', () => {
    const { body } = encode({
      tools: [
        { ...TOOL, description: 'd', strict: true, cacheControl: { type: 'ephemeral' } },
        { type: 'function', name: 'bare' },
        {
          type: 'opaque',
          wire: 'anthropic-messages',
          name: 'bash_20250124',
          value: { type: 'bash_20250124', name: 'bash' },
        },
      ],
    });
    expect(body.tools).toEqual([
      {
        name: 'f',
        description: 'd',
        input_schema: { type: 'object' },
        strict: true,
        cache_control: { type: 'ephemeral' },
      },
      { name: 'bare', input_schema: { type: 'object', properties: {} } },
      { type: 'bash_20250124', name: 'bash' },
    ]);
  });

  it.each([
    [{ kind: 'auto' as const }, { type: 'auto' }],
    [{ kind: 'required' as const }, { type: 'any' }],
    [{ kind: 'none' as const }, { type: 'none' }],
    [
      { kind: 'tool' as const, name: 'f' },
      { type: 'tool', name: 'f' },
    ],
  ])('map the choice %j', (toolChoice, expected) => {
    expect(encode({ tools: [TOOL], toolChoice }).body.tool_choice).toEqual(expected);
  });

  it('are called one at a time when the client says so', () => {
    const one = { type: 'auto', disable_parallel_tool_use: true };
    expect(encode({ tools: [TOOL], parallelToolCalls: false }).body.tool_choice).toEqual(one);
    expect(encode({ tools: [TOOL], parallelToolCalls: true }).body.tool_choice).toBeUndefined();
    expect(encode({ parallelToolCalls: false }).body.tool_choice).toBeUndefined();
  });

  it('cannot be forced when there are none', () => {
    expect(encode({ toolChoice: { kind: 'required' } })).toMatchObject({ dropped: ['tool_choice'] });
  });
});

describe('sampling', () => {
  it.each([
    ['passes a temperature up to 1', { temperature: 0.3 }, {}, { temperature: 0.3 }, []],
    ['cuts a higher temperature and says so', { temperature: 1.5 }, {}, { temperature: 1 }, ['temperature']],
    ['passes top_p and top_k', { topP: 0.9, topK: 5 }, {}, { top_p: 0.9, top_k: 5 }, []],
    ['prefers temperature to top_p', { temperature: 0.3, topP: 0.9 }, {}, { temperature: 0.3 }, ['top_p']],
    ['forgets a top_p of 1 beside it', { temperature: 0.3, topP: 1 }, {}, { temperature: 0.3 }, []],
    [
      'drops all of it for a model that takes none',
      { temperature: 0.3, topP: 0.9, topK: 5 },
      { noSampling: true },
      {},
      ['temperature', 'top_p', 'top_k'],
    ],
    ['forgets defaults for such a model', { temperature: 1, topP: 1 }, { noSampling: true }, {}, []],
  ])('%s', (_what, request, quirks, expected, dropped) => {
    const { body, dropped: names } = encode(request, { quirks });
    const { temperature, top_p, top_k } = body;
    expect(JSON.parse(JSON.stringify({ temperature, top_p, top_k }))).toEqual(expected);
    expect(names).toEqual(dropped);
  });
});

describe('thinking', () => {
  it('gets a budget from the effort, and room for the answer', () => {
    const { body } = encode({ reasoning: { effort: 'high' } });
    expect(body).toMatchObject({ thinking: { type: 'enabled', budget_tokens: 16_384 }, max_tokens: 20_480 });
  });

  it('stays below the limit of the client', () => {
    expect(encode({ reasoning: { effort: 'high' }, maxOutputTokens: 6000 }).body).toMatchObject({
      thinking: { budget_tokens: 3000 },
      max_tokens: 6000,
    });
    expect(encode({ reasoning: { budgetTokens: 9000 }, maxOutputTokens: 6000 }).body).toMatchObject({
      thinking: { budget_tokens: 5999 },
    });
    expect(encode({ reasoning: { effort: 'low' }, maxOutputTokens: 1100 }).body).toMatchObject({
      thinking: { budget_tokens: 1024 },
    });
  });

  it('gives way to a limit that is too small', () => {
    const { body, dropped } = encode({ reasoning: { effort: 'low' }, maxOutputTokens: 1000 });
    expect(body.thinking).toBeUndefined();
    expect(dropped).toEqual(['reasoning_effort']);
  });

  it('gives way to a forced tool', () => {
    const { body, dropped } = encode({ reasoning: { effort: 'low' }, tools: [TOOL], toolChoice: { kind: 'required' } });
    expect(body.thinking).toBeUndefined();
    expect(dropped).toEqual(['reasoning_effort']);
  });

  it('gives way inside a tool loop whose thinking is not at hand, and only there', () => {
    const loop = [user(text('Go')), assistant(call('a')), result('a', 'A')];
    const thought: Content = { type: 'reasoning', text: 'hm', signature: 's', wire: 'anthropic-messages' };
    const whole = [user(text('Go')), assistant(thought, call('a')), result('a', 'A')];
    const later = [...loop, assistant(text('Done')), user(text('More'))];
    expect(encode({ reasoning: { effort: 'low' }, messages: loop }).body.thinking).toBeUndefined();
    expect(encode({ reasoning: { effort: 'low' }, messages: whole }).body.thinking).toBeDefined();
    expect(encode({ reasoning: { effort: 'low' }, messages: later }).body.thinking).toBeDefined();
  });

  it('leaves no sampling beside it', () => {
    const { body, dropped } = encode({ reasoning: { effort: 'low' }, temperature: 0.2 });
    expect(body.temperature).toBeUndefined();
    expect(dropped).toEqual(['temperature']);
  });

  it.each([[{ effort: 'none' }], [{ mode: 'disabled' }]])('is off for %j', (reasoning) => {
    const { body, dropped } = encode({ reasoning });
    expect(body.thinking).toBeUndefined();
    expect(dropped).toEqual([]);
  });

  it.each([
    [{ effort: 'medium' }, undefined, { type: 'adaptive' }, 'medium', []],
    [{ effort: 'minimal' }, undefined, { type: 'adaptive' }, 'low', []],
    [{ effort: 'xhigh' }, undefined, { type: 'adaptive' }, 'high', ['reasoning_effort']],
    [{ effort: 'xhigh' }, ['low', 'medium', 'high', 'xhigh'], { type: 'adaptive' }, 'xhigh', []],
    [{ budgetTokens: 2000 }, undefined, { type: 'adaptive' }, 'low', []],
    [{ budgetTokens: 30_000, summary: 'omitted' }, undefined, { type: 'adaptive', display: 'omitted' }, 'high', []],
  ])('is adaptive with an effort word for newer models: %j', (reasoning, efforts, thinking, effort, dropped) => {
    const encoded = encode({ reasoning }, { quirks: { adaptiveThinking: true, ...(efforts && { efforts }) } });
    expect(encoded.body).toMatchObject({ thinking, output_config: { effort } });
    expect(encoded.dropped).toEqual(dropped);
  });
});

describe('structured output', () => {
  const responseFormat = {
    kind: 'json-schema' as const,
    name: 'answer',
    schema: {
      type: 'object',
      properties: {
        age: { type: 'integer', minimum: 0, description: 'in years' },
        tags: { type: 'array', items: { type: 'object', properties: { t: { type: 'string', maxLength: 3 } } } },
      },
      required: ['age'],
    },
  };

  it('is asked for with a closed schema, bounds said in words', () => {
    const { body } = encode({ responseFormat });
    expect(body.output_config).toEqual({
      format: {
        type: 'json_schema',
        schema: {
          type: 'object',
          properties: {
            age: { type: 'integer', description: 'in years (minimum: 0)' },
            tags: {
              type: 'array',
              items: {
                type: 'object',
                properties: { t: { type: 'string', description: '(maxLength: 3)' } },
                additionalProperties: false,
              },
            },
          },
          required: ['age'],
          additionalProperties: false,
        },
      },
    });
    expect(responseFormat.schema.properties.age.minimum).toBe(0);
  });

  it('becomes an instruction for models without it', () => {
    const system: Message = { role: 'system', content: [text('Be kind.')] };
    const { body, dropped } = encode(
      { responseFormat, messages: [system, user(text('Hi'))] },
      { quirks: { noJsonSchema: true } },
    );
    expect(body.output_config).toBeUndefined();
    expect(body.system).toMatch(/^Be kind\.\n\nAnswer with one JSON value .*"required":\["age"\]/s);
    expect(dropped).toEqual(['response_format']);
  });

  it('becomes an instruction when any JSON will do', () => {
    expect(encode({ responseFormat: { kind: 'json' } }).body.system).toContain('JSON object');
    expect(encode({ responseFormat: { kind: 'text' } }).body.system).toBeUndefined();
  });
});
