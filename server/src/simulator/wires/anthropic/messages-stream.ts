import { type JsonObject, objectsIn } from '../../json.ts';
import { cutIntoTokens } from '../../mind/tokens.ts';
import { namedEvent, type StreamEvent } from '../../stream-event.ts';

/** The events of a streamed message: start, a ping, its blocks one after another, the ending. */
export function* streamMessage(message: JsonObject): Generator<StreamEvent> {
  const { stop_reason, stop_sequence, usage, content } = message;
  const started = {
    ...message,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: startUsage(usage as JsonObject),
  };
  yield namedEvent({ type: 'message_start', message: started }, 'start');
  for (const [index, block] of objectsIn(content).entries()) {
    const kind = index === 0 ? 'start' : 'content';
    yield namedEvent({ type: 'content_block_start', index, content_block: emptied(block) }, kind);
    if (index === 0) yield namedEvent({ type: 'ping' }, 'start');
    for (const delta of deltasOf(block)) yield namedEvent({ type: 'content_block_delta', index, delta }, 'content');
    yield namedEvent({ type: 'content_block_stop', index }, 'content');
  }
  const delta = { stop_reason, stop_sequence };
  yield namedEvent({ type: 'message_delta', delta, usage: endUsage(usage as JsonObject) }, 'finish');
  yield namedEvent({ type: 'message_stop' }, 'terminator');
}

function startUsage(usage: JsonObject): JsonObject {
  const { output_tokens_details: _details, ...rest } = usage;
  return { ...rest, output_tokens: 1 };
}

function endUsage(usage: JsonObject): JsonObject {
  const { cache_creation: _creation, service_tier: _tier, inference_geo: _geo, ...rest } = usage;
  return rest;
}

function emptied(block: JsonObject): JsonObject {
  if (block.type === 'tool_use') return { ...block, input: {} };
  if (block.type === 'thinking') return { ...block, thinking: '', signature: '' };
  return { ...block, text: '' };
}

function* deltasOf(block: JsonObject): Generator<JsonObject> {
  if (block.type === 'text') {
    for (const text of cutIntoTokens(String(block.text))) yield { type: 'text_delta', text };
  } else if (block.type === 'thinking') {
    for (const thinking of cutIntoTokens(String(block.thinking))) yield { type: 'thinking_delta', thinking };
    yield { type: 'signature_delta', signature: block.signature };
  } else {
    yield { type: 'input_json_delta', partial_json: '' };
    for (const partial_json of cutIntoTokens(JSON.stringify(block.input)))
      yield { type: 'input_json_delta', partial_json };
  }
}
