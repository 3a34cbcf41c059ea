import type { ChatReply, Content } from '../../kernel/chat.ts';
import { asArray, asObject, asString, compact, type Json, type JsonObject } from '../../kernel/json.ts';
import { unexpectedReply } from '../upstream-failure.ts';
import { decodeFinishReason } from './finish-reason.ts';
import { decodeUsage } from './usage.ts';

/** A whole reply. Citations have no place on other wires and are left out. */
export function decodeReply(json: JsonObject): ChatReply {
  const message = asObject(json.message);
  if (message === undefined) throw unexpectedReply('it has no message');
  const content: Content[] = (asArray(message.content) ?? []).flatMap<Content>(decodeBlock);
  const plan = asString(message.tool_plan);
  if (plan !== undefined && plan !== '') content.push({ type: 'text', text: plan });
  content.push(...(asArray(message.tool_calls) ?? []).flatMap<Content>(decodeCall));
  return {
    id: asString(json.id) ?? '',
    // The wire names neither the model nor the time.
    model: '',
    createdS: 0,
    choices: [{ index: 0, content, finishReason: decodeFinishReason(asString(json.finish_reason) ?? '') }],
    ...compact({ usage: decodeUsage(json.usage) }),
  };
}

function decodeBlock(value: Json): Content[] {
  const block = asObject(value);
  const text = asString(block?.text);
  const thinking = asString(block?.thinking);
  if (thinking !== undefined && thinking !== '') return [{ type: 'reasoning', text: thinking, wire: 'cohere-chat' }];
  return text === undefined || text === '' ? [] : [{ type: 'text', text }];
}

function decodeCall(value: Json): Content[] {
  const call = asObject(value);
  const called = asObject(call?.function);
  if (called === undefined) return [];
  return [
    {
      type: 'tool-call',
      id: asString(call?.id) ?? '',
      name: asString(called.name) ?? '',
      argumentsText: asString(called.arguments) ?? '',
    },
  ];
}
