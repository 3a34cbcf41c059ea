import type { Content, Message, ReasoningContent, ToolResultContent } from '../../../kernel/chat.ts';
import { compact, type JsonObject } from '../../../kernel/json.ts';
import type { Quirks } from '../../../ports/protocol.ts';
import type { DroppedNames } from './dropped-names.ts';
import { encodeInputContent } from './encode-content.ts';

/** Messages as the flat item list of the wire. */
export function encodeInput(messages: readonly Message[], quirks: Quirks, dropped: DroppedNames): JsonObject[] {
  return messages.flatMap((message) => {
    if (message.name !== undefined) dropped.add('name');
    if (message.role === 'assistant') return encodeAssistant(message.content, dropped);
    if (message.role === 'tool') return encodeSide('user', message.content, dropped);
    const role = message.role === 'developer' && quirks.noDeveloperRole ? 'system' : message.role;
    return encodeSide(role, message.content, dropped);
  });
}

/** Tool results are items of their own, wherever the client's wire put them; the rest is one message. */
function encodeSide(role: string, content: readonly Content[], dropped: DroppedNames): JsonObject[] {
  const results = content.filter((block) => block.type === 'tool-result');
  const rest = encodeInputContent(
    content.filter((block) => block.type !== 'tool-result' && !isOpaqueItem(block)),
    dropped,
  );
  const items: JsonObject[] = results.map((result) => encodeResult(result, dropped));
  for (const block of content)
    if (isOpaqueItem(block) && block.type === 'opaque') items.push(block.value as JsonObject);
  if (rest.length > 0) items.push({ type: 'message', role, content: rest });
  return items;
}

/** An opaque block of this wire is a whole item unless it was a content part (those are named input_...). */
function isOpaqueItem(block: Content): boolean {
  return block.type === 'opaque' && block.wire === 'openai-responses' && !block.name.startsWith('input_');
}

function encodeResult(result: ToolResultContent, dropped: DroppedNames): JsonObject {
  if (result.cacheControl !== undefined) dropped.add('cache_control');
  const parts = encodeInputContent(result.content, dropped);
  const onlyText = parts.every((part) => part.type === 'input_text');
  const output = onlyText ? parts.map((part) => part.text).join('\n') : parts;
  return { type: 'function_call_output', call_id: result.toolCallId, output };
}

function encodeAssistant(content: readonly Content[], dropped: DroppedNames): JsonObject[] {
  const items: JsonObject[] = [];
  for (const block of content) {
    if (block.cacheControl !== undefined) dropped.add('cache_control');
    switch (block.type) {
      case 'text':
        appendPart(items, { type: 'output_text', text: block.text, annotations: [] });
        break;
      case 'refusal':
        appendPart(items, { type: 'refusal', refusal: block.text });
        break;
      case 'tool-call':
        items.push({ type: 'function_call', call_id: block.id, name: block.name, arguments: block.argumentsText });
        break;
      case 'reasoning':
        items.push(...encodeReasoning(block, dropped));
        break;
      case 'opaque':
        if (block.wire === 'openai-responses') items.push(block.value as JsonObject);
        else dropped.add(block.name);
        break;
    }
  }
  return items;
}

function appendPart(items: JsonObject[], part: JsonObject): void {
  const last = items.at(-1);
  if (last?.type === 'message' && Array.isArray(last.content)) last.content.push(part);
  else items.push({ type: 'message', role: 'assistant', content: [part] });
}

/** Without its encrypted text a reasoning item means nothing to a provider that keeps no state. */
function encodeReasoning(block: ReasoningContent, dropped: DroppedNames): JsonObject[] {
  if (block.wire !== 'openai-responses' || block.encrypted === undefined) {
    dropped.addField('reasoning');
    return [];
  }
  const summary = block.text === '' ? [] : [{ type: 'summary_text', text: block.text }];
  return [{ type: 'reasoning', ...compact({ id: block.id }), summary, encrypted_content: block.encrypted }];
}
