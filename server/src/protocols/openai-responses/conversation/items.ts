import type { Message } from '../../../kernel/chat.ts';
import { asString, type JsonObject } from '../../../kernel/json.ts';
import { decodeInput } from '../request/decode-input.ts';
import { DroppedNames } from '../request/dropped-names.ts';
import { encodeInput } from '../request/encode-input.ts';

const PREFIXES: Readonly<Record<string, string>> = {
  function_call: 'fc',
  function_call_output: 'fco',
  custom_tool_call: 'ctc',
  custom_tool_call_output: 'ctco',
  reasoning: 'rs',
};

/** A message of one piece as an item of a conversation; undefined: the wire has no word for it. */
export function encodeConversationItem(message: Message, name: string): JsonObject | undefined {
  const [item] = encodeInput([message], {}, new DroppedNames('openai-responses'));
  if (item === undefined) return undefined;
  const type = asString(item.type) ?? 'message';
  return { ...item, type, id: `${PREFIXES[type] ?? 'msg'}_${name}`, status: 'completed' };
}

/** Items that a client puts into a conversation. What an assistant says begins a message of its own each time. */
export function decodeConversationItems(items: readonly JsonObject[]): Message[] {
  const groups: JsonObject[][] = [];
  let hasWords = true;
  for (const item of items) {
    const isMessage = (item.type ?? 'message') === 'message';
    const last = groups.at(-1);
    if (last === undefined || (isMessage && hasWords)) {
      groups.push([item]);
      hasWords = isMessage;
    } else {
      last.push(item);
      hasWords ||= isMessage;
    }
  }
  return groups.flatMap((group, at) => {
    const before = groups.slice(0, at).reduce((sum, { length }) => sum + length, 0);
    return decodeInput(group, { field: 'items', from: before });
  });
}
