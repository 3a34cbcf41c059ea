import type { Content, Message, ReasoningContent, Role } from '../../../kernel/chat.ts';
import { invalidRequest } from '../../../kernel/errors.ts';
import { asObject, asString, compact, type Json, type JsonObject } from '../../../kernel/json.ts';
import { argumentsFromCustomInput } from '../custom-tool.ts';
import { openReasoningProof } from '../reasoning-proof.ts';
import { decodeContent } from './decode-content.ts';
import { entryObject, readList, readString, requireString } from './read-field.ts';

type Piece = { readonly role: Role; readonly content: readonly Content[] };

const INPUT = { field: 'input', from: 0 };

/**
 * The flat item list as messages: what the assistant did in one turn (reasoning, text, calls) becomes one assistant
 * message, and the outputs that answer it one tool message.
 */
export function decodeInput(input: Json | undefined, at: { field: string; from: number } = INPUT): Message[] {
  if (input === undefined || input === null) return [];
  if (typeof input === 'string') return [{ role: 'user', content: [{ type: 'text', text: input }] }];
  if (!Array.isArray(input)) throw invalidRequest('input', 'must be a string or a list of items.');
  const messages: { role: Role; content: Content[] }[] = [];
  input.forEach((entry, index) => {
    const place = `${at.field}[${at.from + index}]`;
    const piece = decodeItem(entryObject(entry, place), `${place}.`);
    const last = messages.at(-1);
    const joins = piece.role === 'assistant' || piece.role === 'tool';
    if (joins && last?.role === piece.role) last.content.push(...piece.content);
    else messages.push({ role: piece.role, content: [...piece.content] });
  });
  return messages;
}

function decodeItem(item: JsonObject, at: string): Piece {
  const type = readString(item, 'type', at) ?? 'message';
  switch (type) {
    case 'message':
      return { role: decodeRole(item, at), content: decodeContent(item.content, `${at}content`) };
    case 'function_call':
    case 'custom_tool_call':
      return { role: 'assistant', content: [decodeCall(item, type, at)] };
    case 'function_call_output':
    case 'custom_tool_call_output':
      return { role: 'tool', content: [decodeOutput(item, at)] };
    case 'reasoning':
      return { role: 'assistant', content: [decodeReasoningItem(item, at)] };
    default:
      return opaqueItem(item, type);
  }
}

function decodeRole(item: JsonObject, at: string): Role {
  const role = requireString(item, 'role', at);
  if (role === 'user' || role === 'assistant' || role === 'system' || role === 'developer') return role;
  throw invalidRequest(`${at}role`, 'must be user, assistant, system or developer.');
}

function decodeCall(item: JsonObject, type: string, at: string): Content {
  const argumentsText =
    type === 'function_call'
      ? requireString(item, 'arguments', at)
      : argumentsFromCustomInput(requireString(item, 'input', at));
  return {
    type: 'tool-call',
    id: requireString(item, 'call_id', at),
    name: requireString(item, 'name', at),
    argumentsText,
  };
}

function decodeOutput(item: JsonObject, at: string): Content {
  return {
    type: 'tool-result',
    toolCallId: requireString(item, 'call_id', at),
    content: decodeContent(item.output, `${at}output`),
  };
}

/** Also used for output items of a reply, which have the same shape. */
export function decodeReasoningItem(item: JsonObject, at: string): ReasoningContent {
  const encrypted = readString(item, 'encrypted_content', at);
  const proof = encrypted === undefined ? { wire: 'openai-responses' as const } : openReasoningProof(encrypted);
  const texts = [...textsOf(readList(item, 'content', at)), ...textsOf(readList(item, 'summary', at))];
  return { type: 'reasoning', text: texts.join('\n\n'), ...proof, ...compact({ id: readString(item, 'id', at) }) };
}

function textsOf(parts: Json[] | undefined): string[] {
  return (parts ?? []).map((part) => asString(asObject(part)?.text) ?? '').filter((text) => text !== '');
}

/** Results a client reports for hosted tools stand on its own side of the talk; everything else is the assistant's. */
function opaqueItem(item: JsonObject, type: string): Piece {
  const role: Role = type.endsWith('_output') || type === 'mcp_approval_response' ? 'user' : 'assistant';
  return { role, content: [{ type: 'opaque', wire: 'openai-responses', name: type, value: item }] };
}
