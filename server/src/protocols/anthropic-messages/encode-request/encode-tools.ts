import type { ChatRequest, FunctionTool, ToolChoice } from '../../../kernel/chat.ts';
import { asObject, type JsonObject } from '../../../kernel/json.ts';
import type { UpstreamContext } from '../../../ports/protocol.ts';
import type { Encoding } from './encoding.ts';

type ToolFields = { tools?: JsonObject[]; tool_choice?: JsonObject };

export function encodeTools(request: ChatRequest, context: UpstreamContext, encoding: Encoding): ToolFields {
  const tools = (request.tools ?? []).flatMap<JsonObject>((tool) => {
    if (tool.type === 'function') return encodeFunctionTool(tool, context, encoding);
    const own = tool.wire === 'anthropic-messages' ? asObject(tool.value) : undefined;
    if (own === undefined) encoding.drop(`tools.${tool.name}`);
    return own ?? [];
  });
  if (tools.length > 0) return { tools, ...encodeToolChoice(request) };
  if (request.toolChoice?.kind === 'required' || request.toolChoice?.kind === 'tool') encoding.dropField('toolChoice');
  return {};
}

function encodeFunctionTool(tool: FunctionTool, context: UpstreamContext, encoding: Encoding): JsonObject {
  const encoded: JsonObject = { name: tool.name };
  if (tool.description !== undefined) encoded.description = tool.description;
  encoded.input_schema = { type: 'object', ...(tool.parameters ?? { properties: {} }) };
  if (tool.strict === true && context.quirks.noJsonSchema === true) encoding.drop('tools.strict');
  else if (tool.strict === true) encoded.strict = true;
  if (tool.cacheControl !== undefined) encoded.cache_control = tool.cacheControl;
  return encoded;
}

function encodeToolChoice(request: ChatRequest): ToolFields {
  const { toolChoice, parallelToolCalls } = request;
  if (toolChoice?.kind === 'none') return { tool_choice: { type: 'none' } };
  if (toolChoice === undefined && parallelToolCalls !== false) return {};
  const choice = nameChoice(toolChoice ?? { kind: 'auto' });
  if (parallelToolCalls === false) choice.disable_parallel_tool_use = true;
  return { tool_choice: choice };
}

function nameChoice(choice: ToolChoice): JsonObject {
  if (choice.kind === 'tool') return { type: 'tool', name: choice.name };
  return { type: choice.kind === 'required' ? 'any' : choice.kind };
}
