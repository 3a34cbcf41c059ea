import { describe, expect, it } from 'vitest';
import type { ChatRequest, Message } from '../../kernel/chat.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Quirks } from '../../ports/protocol.ts';
import { expandPrevious, hasItemReferences, inputItemsOf, previousResponseId, withInputItems } from './input-items.ts';
import { decodeInputTokensRequest, encodeInputTokens } from './input-tokens.ts';
import { sealReasoningProof } from './reasoning-proof.ts';
import { clientRequest, upstreamContext } from './testing/requests.ts';
import { openaiResponsesUpstream } from './upstream.ts';

function chat(
  fields: Partial<ChatRequest>,
  wire: ChatRequest['extensions']['wire'] = 'anthropic-messages',
): ChatRequest {
  const messages: Message[] = [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }];
  return { model: 'm', messages, stream: false, includeUsage: true, extensions: { wire, fields: {} }, ...fields };
}

function encode(request: ChatRequest, quirks: Quirks = {}): { body: JsonObject; dropped: readonly string[] } {
  const { body, dropped } = openaiResponsesUpstream.encode(request, upstreamContext({ quirks }));
  return { body: JSON.parse(body.toString()) as JsonObject, dropped };
}

describe('forwarding to a provider of the same wire', () => {
  it('gives the very bytes when the model keeps its name', () => {
    const request = clientRequest({ model: 'gpt-5.2', input: 'Hi', previous_response_id: 'resp_1', unknown: [1.0] });
    expect(openaiResponsesUpstream.forward(request, upstreamContext()).body).toBe(request.body);
  });

  it('changes the model and leaves every other byte', () => {
    const text = '{ "input" : "\\u00e9", "model":"fast" ,"top_logprobs": 1.0}';
    const request = { ...clientRequest(JSON.parse(text) as JsonObject), body: Buffer.from(text) };
    const { body } = openaiResponsesUpstream.forward(request, upstreamContext());
    expect(body.toString()).toBe(text.replace('"fast"', '"gpt-5.2"'));
  });

  it("takes out Weir's own fields, what the provider rejects, and other providers' reasoning", () => {
    const foreign = {
      type: 'reasoning',
      summary: [],
      encrypted_content: sealReasoningProof({ signature: 's', wire: 'anthropic-messages' }),
    };
    const own = { type: 'reasoning', summary: [], encrypted_content: 'gAAAA' };
    const json = {
      model: 'fast',
      input: [foreign, own],
      prompt: { name: 'p' },
      conversation_id: 'c',
      temperature: 1,
      truncation: 'auto',
    };
    const context = upstreamContext({ quirks: { noSampling: true, unsupported: ['truncation'] } });
    const { body, dropped } = openaiResponsesUpstream.forward(clientRequest(json as JsonObject), context);
    expect(JSON.parse(body.toString())).toEqual({ model: 'gpt-5.2', input: [own] });
    expect(dropped).toEqual(['temperature', 'truncation']);
  });

  it("keeps the provider's own prompt templates", () => {
    const request = clientRequest({ model: 'gpt-5.2', prompt: { id: 'pmpt_1' } });
    expect(openaiResponsesUpstream.forward(request, upstreamContext()).body).toBe(request.body);
  });
});

describe('encoding a request of another wire', () => {
  it('writes instructions, items, tools and settings', () => {
    const messages: Message[] = [
      { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AA' } },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'Hm.', encrypted: 'enc', wire: 'openai-responses', id: 'rs_1' },
          { type: 'text', text: 'Looking.' },
          { type: 'tool-call', id: 'c1', name: 'f', argumentsText: '{"a":1}' },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool-result', toolCallId: 'c1', content: [{ type: 'text', text: 'ok' }] },
          { type: 'text', text: 'And?' },
        ],
      },
    ];
    const { body, dropped } = encode(
      chat({
        messages,
        stream: true,
        tools: [{ type: 'function', name: 'f' }],
        toolChoice: { kind: 'tool', name: 'f' },
        maxOutputTokens: 100,
        reasoning: { budgetTokens: 8000, mode: 'enabled' },
        responseFormat: { kind: 'json-schema', name: 'x', schema: { type: 'object' }, strict: true },
      }),
    );
    expect(body).toEqual({
      model: 'gpt-5.2',
      instructions: 'Be brief.',
      input: [
        {
          type: 'message',
          role: 'user',
          content: [
            { type: 'input_text', text: 'Look' },
            { type: 'input_image', image_url: 'data:image/png;base64,AA', detail: 'auto' },
          ],
        },
        { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm.' }], encrypted_content: 'enc' },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Looking.', annotations: [] }] },
        { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{"a":1}' },
        { type: 'function_call_output', call_id: 'c1', output: 'ok' },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'And?' }] },
      ],
      tools: [{ type: 'function', name: 'f', parameters: { type: 'object', properties: {} }, strict: false }],
      tool_choice: { type: 'function', name: 'f' },
      max_output_tokens: 100,
      text: { format: { type: 'json_schema', name: 'x', schema: { type: 'object' }, strict: true } },
      reasoning: { effort: 'medium', summary: 'auto' },
      include: ['reasoning.encrypted_content'],
      store: false,
      stream: true,
    });
    expect(dropped).toEqual([]);
  });

  it('names what the wire cannot carry, as the client spelt it', () => {
    const content: Message['content'] = [
      { type: 'text', text: 'Hi', cacheControl: { type: 'ephemeral' } },
      { type: 'audio', data: 'AA', format: 'wav' },
      { type: 'opaque', wire: 'anthropic-messages', name: 'container_upload', value: {} },
    ];
    const foreign: Message['content'] = [{ type: 'reasoning', text: 'x', signature: 's', wire: 'anthropic-messages' }];
    const { dropped } = encode(
      chat({
        messages: [
          { role: 'user', content },
          { role: 'assistant', content: foreign },
        ],
        stop: ['END'],
        topK: 4,
        extensions: { wire: 'anthropic-messages', fields: { inference_geo: 'eu' } },
      }),
    );
    expect(dropped.toSorted()).toEqual(
      [
        'cache_control',
        'container_upload',
        'inference_geo',
        'input_audio',
        'stop_sequences',
        'thinking',
        'top_k',
      ].toSorted(),
    );
  });

  it('carries the fields it shares with the chat wire', () => {
    const fields = { prompt_cache_key: 'k', service_tier: 'flex', verbosity: 'low', logit_bias: {} };
    const request = chat({ metadata: { a: 'b' }, extensions: { wire: 'openai-chat', fields } }, 'openai-chat');
    const { body, dropped } = encode(request);
    expect(body).toMatchObject({
      prompt_cache_key: 'k',
      service_tier: 'flex',
      text: { verbosity: 'low' },
      metadata: { a: 'b' },
    });
    expect(dropped).toEqual(['logit_bias']);
  });

  it('respects the quirks of a model', () => {
    const developer: Message[] = [{ role: 'developer', content: [{ type: 'text', text: 'D' }] }];
    const request = chat({
      messages: developer,
      temperature: 0.2,
      responseFormat: { kind: 'json-schema', name: 'x', schema: { a: 1 } },
    });
    const { body, dropped } = encode(request, {
      noSampling: true,
      noDeveloperRole: true,
      noJsonSchema: true,
      setFields: { extra: 1 },
    });
    expect(body).toMatchObject({ extra: 1, input: [{ role: 'system' }], text: { format: { type: 'json_object' } } });
    expect(body.instructions).toContain('{"a":1}');
    expect(dropped).toEqual(['temperature']);
  });

  it('keeps images in the output of a tool', () => {
    const image = { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } } as const;
    const messages: Message[] = [
      { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c', content: [image] }] },
    ];
    expect(encode(chat({ messages })).body.input).toEqual([
      {
        type: 'function_call_output',
        call_id: 'c',
        output: [{ type: 'input_image', image_url: 'https://example.com/a.png', detail: 'auto' }],
      },
    ]);
  });
});

describe('continuing from a stored response', () => {
  it('puts the earlier turns before the input and remembers the id for the reply', () => {
    const request = clientRequest({ model: 'm', previous_response_id: 'resp_1', input: 'And now?', store: true });
    const history = [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'First' }] }];
    const expanded = expandPrevious(request, history);
    expect(JSON.parse(expanded.body.toString())).toEqual({
      model: 'm',
      input: [...history, ...inputItemsOf(request)],
      store: true,
    });
    expect(expanded.json).toEqual(JSON.parse(expanded.body.toString()));
    expect(expanded.chat().messages.map((message) => message.content)).toEqual([
      [{ type: 'text', text: 'First' }],
      [{ type: 'text', text: 'And now?' }],
    ]);
    expect(previousResponseId(expanded)).toBe('resp_1');
  });

  it('replaces references by the items they point at', () => {
    const reference = { type: 'item_reference', id: 'msg_1' };
    const request = clientRequest({ model: 'm', input: [reference, { role: 'user', content: 'And?' }] });
    const found = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Before.' }] };
    const resolved = withInputItems(request, [found, ...inputItemsOf(request).slice(1)]);
    expect([hasItemReferences(request), hasItemReferences(resolved)]).toEqual([true, false]);
    expect(resolved.chat().messages.map(({ role }) => role)).toEqual(['assistant', 'user']);
    expect(resolved.json).toEqual(JSON.parse(resolved.body.toString()));
  });
});

describe('counting input tokens', () => {
  it('takes the body of a call and answers with the count', () => {
    const json = { model: 'gpt-5.2', input: 'Hi', stream: true };
    expect(decodeInputTokensRequest(Buffer.from(JSON.stringify(json)), json).stream).toBe(false);
    expect(encodeInputTokens(11)).toEqual({ object: 'response.input_tokens', input_tokens: 11 });
  });
});
