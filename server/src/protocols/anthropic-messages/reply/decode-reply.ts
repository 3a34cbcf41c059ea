import type { ChatReply, Choice, Content } from '../../../kernel/chat.ts';
import { WeirError } from '../../../kernel/errors.ts';
import { asArray, asObject, asString, compact, isObject, type Json, type JsonObject } from '../../../kernel/json.ts';
import { decodeStopReason } from './stop-reason.ts';
import { decodeUsage } from './usage.ts';

/** A whole message of the upstream. Kind to unknown blocks and missing fields; throws when it is no message at all. */
export function decodeReply(json: JsonObject): ChatReply {
  const blocks = asArray(json.content);
  if (json.type === 'error' || blocks === undefined) {
    throw new WeirError('upstream.bad_reply', { details: { type: 'not_a_message' } });
  }
  const choice: Choice = {
    index: 0,
    content: blocks.flatMap((block) => (isObject(block) ? decodeBlock(block) : [])),
    finishReason: decodeStopReason(asString(json.stop_reason) ?? ''),
    ...compact({ stopSequence: asString(json.stop_sequence) }),
  };
  return {
    id: asString(json.id) ?? '',
    model: asString(json.model) ?? '',
    // The wire has no creation time.
    createdS: 0,
    choices: [choice],
    ...compact({ usage: decodeUsage(json.usage) }),
  };
}

/** A block of a reply; empty texts are no content. */
export function decodeBlock(block: JsonObject): Content | [] {
  const wire = 'anthropic-messages';
  const type = asString(block.type) ?? '';
  switch (type) {
    case 'text':
      return decodeText(block);
    case 'thinking':
      return {
        type: 'reasoning',
        text: asString(block.thinking) ?? '',
        wire,
        ...compact({ signature: asString(block.signature) || undefined }),
      };
    case 'redacted_thinking':
      return { type: 'reasoning', text: '', encrypted: asString(block.data) ?? '', wire };
    default:
      return isFunctionCall(block) ? decodeCall(block) : { type: 'opaque', wire, name: type, value: block };
  }
}

/** A call of one of the client's own functions; calls to toolsets or by provider-side code are opaque. */
export function isFunctionCall(block: JsonObject): boolean {
  const caller = asObject(block.caller);
  const isDirect = caller === undefined || caller.type === 'direct';
  return block.type === 'tool_use' && typeof block.toolset_name !== 'string' && isDirect;
}

function decodeText(block: JsonObject): Content | [] {
  const text = asString(block.text) ?? '';
  if (text === '') return [];
  const annotations = citationsOf(block.citations);
  return { type: 'text', text, ...compact({ annotations }) };
}

function citationsOf(value: Json | undefined): Json[] | undefined {
  const citations = asArray(value);
  return citations === undefined || citations.length === 0 ? undefined : citations;
}

function decodeCall(block: JsonObject): Content {
  return {
    type: 'tool-call',
    id: asString(block.id) ?? '',
    name: asString(block.name) ?? '',
    argumentsText: JSON.stringify(block.input ?? {}),
  };
}
