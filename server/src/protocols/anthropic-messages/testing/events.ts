import type { Part } from '../../../kernel/chat.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import { SseSplitter } from '../../framing/sse-splitter.ts';
import { MessageStreamDecoder } from '../stream/stream-decoder.ts';

/** Events of this wire as bytes. */
export function sse(...events: JsonObject[]): Buffer {
  return Buffer.from(
    events.map((event) => `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`).join(''),
  );
}

/** Everything a decoder makes of a stream that arrives in these chunks. */
export function decodeStream(...chunks: Buffer[]): Part[] {
  const decoder = new MessageStreamDecoder();
  const splitter = new SseSplitter();
  const parts: Part[] = [];
  for (const chunk of chunks) splitter.push(chunk, (event) => parts.push(...decoder.decode(event)));
  splitter.end((event) => parts.push(...decoder.decode(event)));
  return [...parts, ...decoder.end()];
}

export function messageStart(usage: JsonObject = { input_tokens: 10, output_tokens: 1 }): JsonObject {
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-x', content: [], usage };
  return { type: 'message_start', message };
}

export function block(index: number, value: JsonObject, ...deltas: JsonObject[]): JsonObject[] {
  return [
    { type: 'content_block_start', index, content_block: value },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
}

export function messageEnd(stopReason: string, usage: JsonObject = { output_tokens: 20 }): JsonObject[] {
  return [
    { type: 'message_delta', delta: { stop_reason: stopReason, stop_sequence: null }, usage },
    { type: 'message_stop' },
  ];
}

/** A reply with every kind of block, as a message and as the events that stream it. */
export const RICH_USAGE: JsonObject = {
  input_tokens: 11,
  cache_creation_input_tokens: 30,
  cache_read_input_tokens: 40,
  cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
  output_tokens: 55,
  output_tokens_details: { thinking_tokens: 5 },
};

const CITATION = {
  type: 'char_location',
  cited_text: 'été',
  document_index: 0,
  start_char_index: 0,
  end_char_index: 3,
};
const SEARCH_RESULT = { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] };

export const RICH_MESSAGE: JsonObject = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-x',
  content: [
    { type: 'thinking', thinking: 'Let me see…', signature: 'c2lnbmVk' },
    { type: 'redacted_thinking', data: 'b3BhcXVl' },
    { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'weirs' } },
    SEARCH_RESULT,
    { type: 'text', text: 'In été, 🌊 rises.', citations: [CITATION] },
    { type: 'tool_use', id: 'toolu_1', name: 'measure', input: { city: 'Zürich', days: 2 } },
    { type: 'tool_use', id: 'toolu_2', name: 'now', input: {} },
  ],
  stop_reason: 'tool_use',
  stop_sequence: null,
  usage: RICH_USAGE,
};

export const RICH_EVENTS: readonly JsonObject[] = [
  messageStart({ ...RICH_USAGE, output_tokens: 1, output_tokens_details: null }),
  ...block(
    0,
    { type: 'thinking', thinking: '', signature: '' },
    { type: 'thinking_delta', thinking: 'Let me ' },
    { type: 'thinking_delta', thinking: 'see…' },
    { type: 'signature_delta', signature: 'c2lnbmVk' },
  ),
  { type: 'ping' },
  ...block(1, { type: 'redacted_thinking', data: 'b3BhcXVl' }),
  ...block(
    2,
    { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} },
    { type: 'input_json_delta', partial_json: '{"query":' },
    { type: 'input_json_delta', partial_json: '"weirs"}' },
  ),
  ...block(3, SEARCH_RESULT),
  ...block(
    4,
    { type: 'text', text: '' },
    { type: 'text_delta', text: 'In été, ' },
    { type: 'citations_delta', citation: CITATION },
    { type: 'text_delta', text: '🌊 rises.' },
  ),
  ...block(
    5,
    { type: 'tool_use', id: 'toolu_1', name: 'measure', input: {} },
    { type: 'input_json_delta', partial_json: '' },
    { type: 'input_json_delta', partial_json: '{"city":"Zür' },
    { type: 'input_json_delta', partial_json: 'ich","days":2}' },
  ),
  ...block(6, { type: 'tool_use', id: 'toolu_2', name: 'now', input: {} }),
  ...messageEnd('tool_use', { output_tokens: 55, output_tokens_details: { thinking_tokens: 5 } }),
];
