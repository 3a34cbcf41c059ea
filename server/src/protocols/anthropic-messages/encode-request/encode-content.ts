import type { Content, ReasoningContent, ToolCallContent, ToolResultContent } from '../../../kernel/chat.ts';
import { asObject, isObject, type JsonObject, parseJson } from '../../../kernel/json.ts';
import { encodeFile, encodeImage } from './encode-media.ts';
import type { Encoding } from './encoding.ts';

/** One block of a message, or undefined when it has no form on this wire (then it is reported as dropped). */
export function encodeContent(content: Content, encoding: Encoding): JsonObject | undefined {
  const block = encodeByType(content, encoding);
  if (block === undefined || content.cacheControl === undefined || content.type === 'opaque') return block;
  return { ...block, cache_control: content.cacheControl };
}

function encodeByType(content: Content, encoding: Encoding): JsonObject | undefined {
  switch (content.type) {
    case 'text':
      return encodeText(content, encoding);
    case 'refusal':
      return encodeText({ text: content.text }, encoding);
    case 'image':
      return encodeImage(content, encoding);
    case 'file':
      return encodeFile(content, encoding);
    case 'tool-call':
      return encodeToolCall(content, encoding);
    case 'tool-result':
      return encodeToolResult(content, encoding);
    case 'reasoning':
      return encodeReasoning(content, encoding);
    case 'audio':
      encoding.drop('messages.input_audio');
      return undefined;
    case 'opaque':
      if (content.wire === 'anthropic-messages') return asObject(content.value);
      encoding.drop(`messages.${content.name}`);
      return undefined;
  }
}

/** The wire refuses text blocks without a visible character. */
function encodeText(content: { text: string; annotations?: unknown }, encoding: Encoding): JsonObject | undefined {
  if (content.text.trim() === '') return undefined;
  const { annotations } = content;
  if (annotations === undefined) return { type: 'text', text: content.text };
  if (encoding.isOwnWire && Array.isArray(annotations))
    return { type: 'text', text: content.text, citations: annotations };
  encoding.drop('messages.annotations');
  return { type: 'text', text: content.text };
}

function encodeToolCall(call: ToolCallContent, encoding: Encoding): JsonObject {
  const parsed = call.argumentsText.trim() === '' ? {} : parseJson(call.argumentsText);
  if (!isObject(parsed)) encoding.drop('tool_calls.arguments');
  return { type: 'tool_use', id: toolId(call.id), name: call.name, input: isObject(parsed) ? parsed : {} };
}

function encodeToolResult(result: ToolResultContent, encoding: Encoding): JsonObject {
  const blocks = result.content.flatMap<JsonObject>((item) => encodeContent(item, encoding) ?? []);
  const block: JsonObject = { type: 'tool_result', tool_use_id: toolId(result.toolCallId) };
  const [first] = blocks;
  const isPlainText = blocks.length === 1 && first?.type === 'text' && Object.keys(first).length === 2;
  if (blocks.length > 0) block.content = isPlainText ? first.text : blocks;
  if (result.isError !== undefined) block.is_error = result.isError;
  return block;
}

/** Only what Anthropic itself signed may be sent back to it. */
function encodeReasoning(reasoning: ReasoningContent, encoding: Encoding): JsonObject | undefined {
  if (reasoning.wire === 'anthropic-messages') {
    if (reasoning.encrypted !== undefined) return { type: 'redacted_thinking', data: reasoning.encrypted };
    if (reasoning.signature !== undefined) {
      return { type: 'thinking', thinking: reasoning.text, signature: reasoning.signature };
    }
  }
  encoding.drop('messages.reasoning');
  return undefined;
}

/** Ids of other providers may hold characters this wire refuses; the call and its result are rewritten alike. */
function toolId(id: string): string {
  return id.replace(/[^a-zA-Z0-9_-]/g, '_');
}
