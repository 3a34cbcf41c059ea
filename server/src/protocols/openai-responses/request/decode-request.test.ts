import { describe, expect, it } from 'vitest';
import type { WeirError } from '../../../kernel/errors.ts';
import type { Json, JsonObject } from '../../../kernel/json.ts';
import { sealReasoningProof } from '../reasoning-proof.ts';
import { clientRequest } from '../testing/requests.ts';

const chatOf = (json: JsonObject) => clientRequest({ model: 'gpt-5.2', input: 'Hi', ...json }).chat();
const messagesOf = (input: Json) => chatOf({ input }).messages;

describe('the request of a Responses client', () => {
  it('shows what routing needs without reading the input', () => {
    const request = clientRequest({ model: 'fast', input: 'Hello', stream: true, user: 'u1', max_output_tokens: 9 });
    expect(request).toMatchObject({
      wire: 'openai-responses',
      model: 'fast',
      stream: true,
      includeUsage: true,
      user: 'u1',
      maxOutputTokens: 9,
      promptCharacters: 5,
    });
  });

  it('keeps the bytes it came in', () => {
    const json = { model: 'm', input: 'x' };
    const request = clientRequest(json);
    expect(request.body.toString()).toBe(JSON.stringify(json));
    expect(request.json).toBe(json);
  });

  it('does not count media as prompt text', () => {
    const image = { type: 'input_image', image_url: `data:image/png;base64,${'A'.repeat(9999)}` };
    const { promptCharacters } = clientRequest({ model: 'm', input: [{ role: 'user', content: [image] }] });
    expect(promptCharacters).toBeLessThan(100);
  });

  it('takes a string as one user message, after the instructions', () => {
    expect(chatOf({ instructions: 'Be brief.' }).messages).toEqual([
      { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
      { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
    ]);
  });

  it('reads text, images, files and audio', () => {
    const content = [
      { type: 'input_text', text: 'Look' },
      { type: 'input_image', image_url: 'https://example.com/a.png', detail: 'high' },
      { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'auto' },
      { type: 'input_image', file_id: 'file-1', detail: 'low' },
      { type: 'input_file', file_data: 'data:application/pdf;base64,BBBB', filename: 'a.pdf' },
      { type: 'input_file', file_url: 'https://example.com/a.pdf' },
      { type: 'input_file', file_id: 'file-2' },
      { type: 'input_audio', input_audio: { data: 'CCCC', format: 'wav' } },
    ];
    expect(messagesOf([{ type: 'message', role: 'user', content }])[0]?.content).toEqual([
      { type: 'text', text: 'Look' },
      { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' }, detail: 'high' },
      { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AAAA' }, detail: 'auto' },
      { type: 'image', source: { kind: 'file-id', fileId: 'file-1' }, detail: 'low' },
      { type: 'file', source: { kind: 'base64', mediaType: 'application/pdf', data: 'BBBB' }, filename: 'a.pdf' },
      { type: 'file', source: { kind: 'url', url: 'https://example.com/a.pdf' } },
      { type: 'file', source: { kind: 'file-id', fileId: 'file-2' } },
      { type: 'audio', data: 'CCCC', format: 'wav' },
    ]);
  });

  it('gathers what the assistant did into one message and the outputs into one tool message', () => {
    const messages = messagesOf([
      { role: 'user', content: 'Weather?' },
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Look.' }], encrypted_content: 'enc' },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Looking.', annotations: [] }] },
      { type: 'function_call', call_id: 'c1', name: 'weather', arguments: '{"city":"Oslo"}' },
      { type: 'function_call', call_id: 'c2', name: 'weather', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c1', output: 'rain' },
      { type: 'function_call_output', call_id: 'c2', output: [{ type: 'input_text', text: 'sun' }] },
      { role: 'developer', content: 'Metric units.' },
    ]);
    expect(messages.map((message) => message.role)).toEqual(['user', 'assistant', 'tool', 'developer']);
    expect(messages[1]?.content).toEqual([
      { type: 'reasoning', text: 'Look.', encrypted: 'enc', wire: 'openai-responses', id: 'rs_1' },
      { type: 'text', text: 'Looking.' },
      { type: 'tool-call', id: 'c1', name: 'weather', argumentsText: '{"city":"Oslo"}' },
      { type: 'tool-call', id: 'c2', name: 'weather', argumentsText: '{}' },
    ]);
    expect(messages[2]?.content).toEqual([
      { type: 'tool-result', toolCallId: 'c1', content: [{ type: 'text', text: 'rain' }] },
      { type: 'tool-result', toolCallId: 'c2', content: [{ type: 'text', text: 'sun' }] },
    ]);
  });

  it("gives another provider's proof back to its wire", () => {
    const proof = { wire: 'anthropic-messages', signature: 'sig==' } as const;
    const item = { type: 'reasoning', summary: [], encrypted_content: sealReasoningProof(proof) };
    expect(messagesOf([item])[0]?.content).toEqual([{ type: 'reasoning', text: '', ...proof }]);
  });

  it('keeps items of hosted tools as they are', () => {
    const call = { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'x' } };
    const reference = { type: 'item_reference', id: 'msg_1' };
    const messages = messagesOf([call, reference]);
    expect(messages[0]?.content).toEqual([
      { type: 'opaque', wire: 'openai-responses', name: 'web_search_call', value: call },
      { type: 'opaque', wire: 'openai-responses', name: 'item_reference', value: reference },
    ]);
  });

  it('reads tools, turning a custom tool into a function of one text', () => {
    const format = { type: 'grammar', syntax: 'lark', definition: 'start: "x"' };
    const { tools } = chatOf({
      tools: [
        { type: 'function', name: 'f', description: 'd', parameters: { type: 'object' }, strict: true },
        { type: 'custom', name: 'apply_patch', description: 'Patch files.', format },
        { type: 'web_search' },
      ],
    });
    expect(tools?.[0]).toEqual({
      type: 'function',
      name: 'f',
      description: 'd',
      parameters: { type: 'object' },
      strict: true,
    });
    expect(tools?.[1]).toMatchObject({ type: 'function', name: 'apply_patch', parameters: { required: ['input'] } });
    expect(tools?.[1]).toHaveProperty('description', expect.stringContaining('start: "x"'));
    expect(tools?.[2]).toMatchObject({ type: 'opaque', name: 'web_search', value: { type: 'web_search' } });
  });

  it('reads a custom tool call and its output as call and result', () => {
    const messages = messagesOf([
      { type: 'custom_tool_call', call_id: 'c1', name: 'apply_patch', input: 'a "b"' },
      { type: 'custom_tool_call_output', call_id: 'c1', output: 'ok' },
    ]);
    expect(messages[0]?.content[0]).toMatchObject({ type: 'tool-call', argumentsText: '{"input":"a \\"b\\""}' });
    expect(messages[1]).toMatchObject({ role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c1' }] });
  });

  it.each([
    ['auto', { kind: 'auto' }],
    ['required', { kind: 'required' }],
    [
      { type: 'function', name: 'f' },
      { kind: 'tool', name: 'f' },
    ],
    [
      { type: 'custom', name: 'g' },
      { kind: 'tool', name: 'g' },
    ],
    [{ type: 'allowed_tools', mode: 'required', tools: [] }, { kind: 'required' }],
    [{ type: 'web_search' }, undefined],
  ])('reads tool_choice %j', (choice, expected) => {
    expect(chatOf({ tool_choice: choice as Json }).toolChoice).toEqual(expected);
  });

  it('reads sampling, format and reasoning settings', () => {
    const schema = { type: 'object', properties: {} };
    const format = { type: 'json_schema', name: 'answer', schema, strict: true };
    const reasoning = { effort: 'high', summary: 'auto' };
    expect(
      chatOf({ temperature: 0.5, top_p: 0.9, parallel_tool_calls: false, text: { format }, reasoning }),
    ).toMatchObject({
      temperature: 0.5,
      topP: 0.9,
      parallelToolCalls: false,
      responseFormat: { kind: 'json-schema', name: 'answer', schema, strict: true },
      reasoning,
    });
  });

  it('names in its extensions only what another wire would lose', () => {
    const { extensions } = chatOf({
      store: false,
      background: false,
      truncation: 'disabled',
      include: ['reasoning.encrypted_content'],
      service_tier: null,
      tool_choice: 'auto',
      max_tool_calls: 3,
      text: { verbosity: 'low' },
    });
    expect(extensions).toEqual({ wire: 'openai-responses', fields: { max_tool_calls: 3, 'text.verbosity': 'low' } });
  });

  it.each([
    [{ model: 5 }, 'model'],
    [{ model: null }, 'model'],
    [{ input: 5 }, 'input'],
    [{ input: null }, 'input'],
    [{ stream: 'yes' }, 'stream'],
    [{ max_output_tokens: 1.5 }, 'max_output_tokens'],
    [{ previous_response_id: 7 }, 'previous_response_id'],
    [{ store: 'no' }, 'store'],
    [{ temperature: 'hot' }, 'temperature'],
    [{ input: ['x'] }, 'input[0]'],
    [{ input: [{ role: 'robot', content: 'x' }] }, 'input[0].role'],
    [{ input: [{ role: 'user', content: 5 }] }, 'input[0].content'],
    [{ input: [{ role: 'user', content: [{ type: 'input_text' }] }] }, 'input[0].content[0].text'],
    [{ input: [{ role: 'user', content: [{ type: 'input_image' }] }] }, 'input[0].content[0].image_url'],
    [{ input: [{ type: 'function_call', name: 'f', arguments: '{}' }] }, 'input[0].call_id'],
    [{ input: [{ type: 'function_call_output', call_id: 'c' }] }, 'input[0].output'],
    [{ tools: [{ type: 'function' }] }, 'tools[0].name'],
    [{ tools: {} }, 'tools'],
    [{ tool_choice: 5 }, 'tool_choice'],
    [{ text: { format: { type: 'xml' } } }, 'text.format.type'],
    [{ text: { format: { type: 'json_schema', name: 'x' } } }, 'text.format.schema'],
    [{ reasoning: { effort: 5 } }, 'reasoning.effort'],
  ])('refuses %j and names the field', (json, param) => {
    const run = () => chatOf(json as JsonObject);
    expect(run).toThrow(expect.objectContaining({ code: 'request.invalid', param }) as WeirError);
  });
});
