import type { Content, ReasoningContent, ToolResultContent } from '../../../kernel/chat.ts';
import { invalidRequest } from '../../../kernel/errors.ts';
import { compact, isObject, type Json, type JsonObject } from '../../../kernel/json.ts';
import { optionalArray, optionalBoolean, requireObject, requireString } from './check-fields.ts';
import { decodeDocument, decodeImage } from './decode-media.ts';
import type { Leftovers } from './leftovers.ts';

/** Fields of each block the neutral model holds; anything else is reported when the call changes wires. */
const KNOWN_FIELDS: Readonly<Record<string, ReadonlySet<string>>> = {
  text: new Set(['type', 'text', 'cache_control', 'citations']),
  image: new Set(['type', 'source', 'cache_control']),
  document: new Set(['type', 'source', 'title', 'cache_control']),
  tool_use: new Set(['type', 'id', 'name', 'input', 'cache_control', 'caller']),
  tool_result: new Set(['type', 'tool_use_id', 'content', 'is_error', 'cache_control']),
};

/** One content block. Blocks without a neutral word (server tools, search results, unknown ones) stay opaque. */
export function decodeContent(value: Json, param: string, leftovers: Leftovers): Content {
  const block = requireObject(value, param);
  const type = requireString(block.type, `${param}.type`);
  const content = decodeByType(type, { block, param, leftovers });
  if (content === undefined) return { type: 'opaque', wire: 'anthropic-messages', name: type, value: block };
  const known = KNOWN_FIELDS[type];
  if (known !== undefined) leftovers.takeUnknown(`messages.${type}.`, block, known);
  return block.cache_control === undefined || block.cache_control === null
    ? content
    : { ...content, cacheControl: block.cache_control };
}

interface Place {
  readonly block: JsonObject;
  readonly param: string;
  readonly leftovers: Leftovers;
}

function decodeByType(type: string, place: Place): Content | undefined {
  const { block, param } = place;
  switch (type) {
    case 'text':
      return {
        type: 'text',
        text: requireString(block.text, `${param}.text`),
        ...compact({ annotations: isEmpty(block.citations) ? undefined : block.citations }),
      };
    case 'image':
      return decodeImage(block, param);
    case 'document':
      return decodeDocument(block, param);
    case 'tool_use':
      return decodeToolUse(place);
    case 'tool_result':
      return decodeToolResult(place);
    case 'thinking':
    case 'redacted_thinking':
      return decodeThinking(block, param);
    default:
      return undefined;
  }
}

/** A call to a tool of a toolset, or one made by code that ran at the provider, means nothing elsewhere: opaque. */
function decodeToolUse({ block, param }: Place): Content | undefined {
  const isDirect = !isObject(block.caller) || block.caller.type === 'direct';
  if (typeof block.toolset_name === 'string' || !isDirect) return undefined;
  return {
    type: 'tool-call',
    id: requireString(block.id, `${param}.id`),
    name: requireString(block.name, `${param}.name`),
    argumentsText: JSON.stringify(requireObject(block.input, `${param}.input`)),
  };
}

function decodeToolResult({ block, param, leftovers }: Place): ToolResultContent | undefined {
  if (typeof block.toolset_name === 'string') return undefined;
  const content = typeof block.content === 'string' ? [{ type: 'text', text: block.content }] : block.content;
  const isError = optionalBoolean(block.is_error, `${param}.is_error`);
  return {
    type: 'tool-result',
    toolCallId: requireString(block.tool_use_id, `${param}.tool_use_id`),
    content: (optionalArray(content, `${param}.content`) ?? []).map((item, index) => {
      const at = `${param}.content[${index}]`;
      // Results do not nest, however deep a body is made.
      if (isObject(item) && item.type === 'tool_result') {
        throw invalidRequest(`${at}.type`, 'tool_result has no place in a tool result');
      }
      return decodeContent(item, at, leftovers);
    }),
    ...compact({ isError }),
  };
}

function decodeThinking(block: JsonObject, param: string): ReasoningContent {
  const wire = 'anthropic-messages';
  if (block.type === 'redacted_thinking') {
    return { type: 'reasoning', text: '', encrypted: requireString(block.data, `${param}.data`), wire };
  }
  const text = requireString(block.thinking, `${param}.thinking`);
  // Weir shows other providers' reasoning with an empty signature: there is nothing to send back.
  const signature = typeof block.signature === 'string' && block.signature !== '' ? block.signature : undefined;
  return signature === undefined ? { type: 'reasoning', text } : { type: 'reasoning', text, signature, wire };
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}
