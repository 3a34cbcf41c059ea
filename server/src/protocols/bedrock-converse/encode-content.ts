import type { Content, ReasoningContent, ToolCallContent, ToolResultContent } from '../../kernel/chat.ts';
import { asObject, compact, isObject, type Json, type JsonObject, parseJson } from '../../kernel/json.ts';
import type { DropReport } from '../drop-report.ts';
import { audioBlock, documentBlock, imageBlock } from './media-block.ts';

/** The blocks of one content: none when it has no form here, and a cache point behind it when it carries the mark. */
export function encodeContent(content: Content, drops: DropReport): JsonObject[] {
  drops.marks(content, { keepsCacheControl: true });
  const block = encodeBlock(content, drops);
  if (block === undefined) return [];
  return content.cacheControl === undefined ? [block] : [block, cachePoint(content.cacheControl)];
}

export function cachePoint(cacheControl: Json): JsonObject {
  const ttl = asObject(cacheControl)?.ttl;
  return { cachePoint: compact({ type: 'default', ttl: ttl === '1h' ? ttl : undefined }) };
}

function encodeBlock(content: Content, drops: DropReport): JsonObject | undefined {
  switch (content.type) {
    case 'text':
    case 'refusal':
      return content.text.trim() === '' ? undefined : { text: content.text };
    case 'image':
      return imageBlock(content) ?? lost('messages.image', drops);
    case 'audio':
      return audioBlock(content);
    case 'file':
      return documentBlock(content) ?? lost('messages.file', drops);
    case 'tool-call':
      return encodeCall(content, drops);
    case 'tool-result':
      return encodeResult(content, drops);
    case 'reasoning':
      return encodeReasoning(content, drops);
    case 'opaque':
      return content.wire === 'bedrock-converse' ? asObject(content.value) : lost(`messages.${content.name}`, drops);
  }
}

function encodeCall(call: ToolCallContent, drops: DropReport): JsonObject {
  const input = call.argumentsText.trim() === '' ? {} : parseJson(call.argumentsText);
  if (!isObject(input)) drops.name('tool_calls.arguments');
  return { toolUse: { toolUseId: toolId(call.id), name: call.name, input: isObject(input) ? input : {} } };
}

function encodeResult(result: ToolResultContent, drops: DropReport): JsonObject {
  const content = result.content.flatMap((item) => encodeContent(item, drops).filter(({ cachePoint: mark }) => !mark));
  return {
    toolResult: compact({
      toolUseId: toolId(result.toolCallId),
      // The wire refuses a result without content.
      content: content.length === 0 ? [{ text: '(no output)' }] : content,
      status: result.isError === undefined ? undefined : result.isError ? 'error' : 'success',
    }),
  };
}

function encodeReasoning(reasoning: ReasoningContent, drops: DropReport): JsonObject | undefined {
  const { text, signature, encrypted, wire } = reasoning;
  if (wire === 'bedrock-converse') {
    if (encrypted !== undefined) return { reasoningContent: { redactedContent: encrypted } };
    return text === '' ? undefined : { reasoningContent: { reasoningText: compact({ text, signature }) } };
  }
  return signature === undefined && encrypted === undefined ? undefined : lost('messages.reasoning', drops);
}

/** Ids of other providers may hold characters this wire refuses; the call and its result are rewritten alike. */
function toolId(id: string): string {
  return id.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64);
}

function lost(name: string, drops: DropReport): undefined {
  drops.name(name);
  return undefined;
}
