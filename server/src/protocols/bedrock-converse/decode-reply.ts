import type { ChatReply, Content } from '../../kernel/chat.ts';
import { asArray, asObject, asString, compact, type Json, type JsonObject } from '../../kernel/json.ts';
import { unexpectedReply } from '../upstream-failure.ts';
import { decodeStopReason } from './stop-reason.ts';
import { decodeUsage } from './usage.ts';

export function decodeReply(json: JsonObject): ChatReply {
  const message = asObject(asObject(json.output)?.message);
  if (message === undefined) throw unexpectedReply('it has no output message');
  const content = (asArray(message.content) ?? []).flatMap<Content>(decodeBlock);
  return {
    // The wire says neither id nor model nor time.
    id: '',
    model: '',
    createdS: 0,
    choices: [{ index: 0, content, finishReason: decodeStopReason(asString(json.stopReason) ?? '') }],
    ...compact({ usage: decodeUsage(json.usage) }),
  };
}

function decodeBlock(value: Json): Content[] {
  const block = asObject(value) ?? {};
  const text = asString(block.text);
  if (text !== undefined) return text === '' ? [] : [{ type: 'text', text }];
  const call = asObject(block.toolUse);
  if (call !== undefined) return [decodeCall(call)];
  const reasoning = asObject(block.reasoningContent);
  if (reasoning !== undefined) return [decodeReasoning(reasoning)];
  const [name] = Object.keys(block);
  return name === undefined ? [] : [{ type: 'opaque', wire: 'bedrock-converse', name, value: block }];
}

function decodeCall(call: JsonObject): Content {
  return {
    type: 'tool-call',
    id: asString(call.toolUseId) ?? '',
    name: asString(call.name) ?? '',
    argumentsText: JSON.stringify(call.input ?? {}),
  };
}

function decodeReasoning(reasoning: JsonObject): Content {
  const said = asObject(reasoning.reasoningText);
  return {
    type: 'reasoning',
    text: asString(said?.text) ?? '',
    wire: 'bedrock-converse',
    ...compact({ signature: asString(said?.signature), encrypted: asString(reasoning.redactedContent) }),
  };
}
