import type { ChatRequest, ResponseFormat, Tool, ToolChoice } from '../../kernel/chat.ts';
import { compact, type Json, type JsonObject } from '../../kernel/json.ts';
import type { Dropped } from './encode-content.ts';

export function encodeTools(tools: readonly Tool[] | undefined, dropped: Dropped): Json[] | undefined {
  if (tools === undefined) return undefined;
  const encoded: Json[] = [];
  for (const tool of tools) {
    if (tool.type === 'opaque') {
      if (tool.wire === 'openai-chat') encoded.push(tool.value);
      else dropped.add(`tools.${tool.name}`);
      continue;
    }
    if (tool.cacheControl !== undefined) dropped.add('cache_control');
    const { name, description, parameters, strict } = tool;
    encoded.push({ type: 'function', function: compact({ name, description, parameters, strict }) });
  }
  return encoded.length === 0 ? undefined : encoded;
}

export function encodeToolChoice(choice: ToolChoice | undefined): Json | undefined {
  if (choice === undefined) return undefined;
  return choice.kind === 'tool' ? { type: 'function', function: { name: choice.name } } : choice.kind;
}

export function encodeResponseFormat(format: ResponseFormat | undefined): JsonObject | undefined {
  if (format === undefined) return undefined;
  if (format.kind === 'text') return { type: 'text' };
  if (format.kind === 'json') return { type: 'json_object' };
  const { name, schema, description, strict } = format;
  return { type: 'json_schema', json_schema: compact({ name, description, schema, strict }) };
}

/**
 * For servers that know json_object but no schemas: what the model is told instead. Undefined when the request asks for
 * no schema.
 */
export function schemaInstruction(request: Pick<ChatRequest, 'responseFormat'>): string | undefined {
  const format = request.responseFormat;
  if (format?.kind !== 'json-schema') return undefined;
  return `Answer with one JSON value, and nothing else, that is valid against this JSON Schema:\n${JSON.stringify(format.schema)}`;
}
