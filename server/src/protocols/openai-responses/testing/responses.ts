import type { JsonObject } from '../../../kernel/json.ts';

/** Whole responses of a provider, one per feature of the wire. */

function response(id: string, output: JsonObject[], rest: JsonObject = {}): JsonObject {
  return {
    id: `resp_${id}`,
    object: 'response',
    created_at: 1_760_000_000,
    status: 'completed',
    error: null,
    incomplete_details: null,
    model: 'gpt-5.2-2026-01-01',
    output,
    usage: {
      input_tokens: 120,
      input_tokens_details: { cached_tokens: 64, cache_write_tokens: 16 },
      output_tokens: 50,
      output_tokens_details: { reasoning_tokens: 30 },
      total_tokens: 170,
    },
    ...rest,
  };
}

export function messageItem(id: string, ...content: JsonObject[]): JsonObject {
  return { id, type: 'message', status: 'completed', role: 'assistant', content };
}

export function textPart(text: string): JsonObject {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

function functionCall(id: string, callId: string, text: string): JsonObject {
  return { id, type: 'function_call', status: 'completed', call_id: callId, name: 'weather', arguments: text };
}

export const RESPONSES: Readonly<Record<string, JsonObject>> = {
  text: response('text', [messageItem('msg_1', textPart('Grüße, 世界! 🦫 "quoted"\nand a second line.'))]),
  'two text parts': response('parts', [messageItem('msg_1', textPart('First.'), textPart('Second.'))]),
  'a function call': response('call', [functionCall('fc_1', 'call_1', '{"city":"Łódź","days":3}')]),
  'parallel function calls after text': response('calls', [
    messageItem('msg_1', textPart('Looking up both.')),
    functionCall('fc_1', 'call_1', '{"city":"Oslo"}'),
    functionCall('fc_2', 'call_2', '{"city":"Rome"}'),
  ]),
  'a custom tool call': response('custom', [
    {
      id: 'ctc_1',
      type: 'custom_tool_call',
      status: 'completed',
      call_id: 'call_9',
      name: 'apply_patch',
      input: '*** Begin Patch\n+ "x" \\ 🙂\n*** End Patch',
    },
  ]),
  'reasoning with a summary and encrypted content': response('reasoning', [
    {
      id: 'rs_1',
      type: 'reasoning',
      summary: [
        { type: 'summary_text', text: 'Weighing the options.' },
        { type: 'summary_text', text: 'Choosing the second.' },
      ],
      encrypted_content: 'gAAAAABencrypted',
    },
    messageItem('msg_1', textPart('The second one.')),
  ]),
  'reasoning that shows nothing': response('hidden', [
    { id: 'rs_1', type: 'reasoning', summary: [], encrypted_content: 'gAAAAABhidden' },
    messageItem('msg_1', textPart('42')),
  ]),
  'raw reasoning text': response('raw', [
    { id: 'rs_1', type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'Six times seven.' }] },
    messageItem('msg_1', textPart('42')),
  ]),
  'a refusal': response('refusal', [messageItem('msg_1', { type: 'refusal', refusal: 'I will not help with that.' })]),
  'a hosted tool': response('search', [
    { id: 'ws_1', type: 'web_search_call', status: 'completed', action: { type: 'search', query: 'weir dam' } },
    messageItem('msg_1', textPart('A weir is a low dam.')),
  ]),
  'a reply cut by the output limit': response('length', [messageItem('msg_1', textPart('Once upon a'))], {
    status: 'incomplete',
    incomplete_details: { reason: 'max_output_tokens' },
  }),
  'a reply stopped by the content filter': response('filter', [messageItem('msg_1', textPart('I'))], {
    status: 'incomplete',
    incomplete_details: { reason: 'content_filter' },
  }),
};
