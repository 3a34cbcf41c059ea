import type { Content } from '../../../kernel/chat.ts';
import { asArray, asObject, asString, type JsonObject } from '../../../kernel/json.ts';
import { argumentsFromCustomInput } from '../custom-tool.ts';
import { decodeReasoningItem } from '../request/decode-input.ts';

/** One item of a reply's `output` as neutral content. Kind: what is missing or null is taken as empty. */
export function decodeOutputItem(item: JsonObject): Content[] {
  const type = asString(item.type) ?? 'message';
  switch (type) {
    case 'message':
      return (asArray(item.content) ?? []).flatMap((part) => decodeOutputPart(asObject(part) ?? {}));
    case 'function_call':
      return [decodeCall(item, asString(item.arguments) ?? '')];
    case 'custom_tool_call':
      return [decodeCall(item, argumentsFromCustomInput(asString(item.input) ?? ''))];
    case 'reasoning':
      return [decodeReasoning(item)];
    default:
      return [{ type: 'opaque', wire: 'openai-responses', name: type, value: item }];
  }
}

function decodeOutputPart(part: JsonObject): Content[] {
  if (part.type === 'refusal') return [{ type: 'refusal', text: asString(part.refusal) ?? '' }];
  const text = asString(part.text);
  if (text === undefined || text === '') return [];
  const annotations = asArray(part.annotations) ?? [];
  return [annotations.length > 0 ? { type: 'text', text, annotations } : { type: 'text', text }];
}

function decodeCall(item: JsonObject, argumentsText: string): Content {
  const id = asString(item.call_id) ?? asString(item.id) ?? '';
  return { type: 'tool-call', id, name: asString(item.name) ?? '', argumentsText };
}

function decodeReasoning(item: JsonObject): Content {
  const { id, summary, content, encrypted_content } = item;
  return decodeReasoningItem(
    {
      id: asString(id),
      summary: asArray(summary),
      content: asArray(content),
      encrypted_content: asString(encrypted_content),
    },
    'output.',
  );
}
