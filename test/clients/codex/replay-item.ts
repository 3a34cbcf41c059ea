import { compact, type JsonObject } from '../../../server/src/kernel/json.ts';

/** An output item as Codex sends it back: without ids and states, reasoning with its encrypted content and a null content. */
export function replayItem(item: JsonObject): JsonObject {
  const { type, role, content, summary, encrypted_content, name, call_id, input } = item;
  switch (type) {
    case 'message':
      return { type, role, content };
    case 'reasoning':
      return { type, summary, content: null, encrypted_content: encrypted_content ?? null };
    case 'function_call':
      return { type, name, arguments: item.arguments, call_id };
    case 'custom_tool_call':
      return { type, status: 'completed', call_id, name, input };
    default:
      return compact({ ...item, id: undefined });
  }
}
