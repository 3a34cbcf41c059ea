import type { ChatRequest, FunctionTool, ToolChoice } from '../../kernel/chat.ts';
import { asObject, compact, type JsonObject } from '../../kernel/json.ts';
import type { DropReport } from '../drop-report.ts';
import { cachePoint } from './encode-content.ts';

/**
 * Undefined when no tools are needed. A conversation that used tools must declare some even when the client offers none
 * any more, and the wire has no word for not calling them.
 */
export function encodeToolConfig(request: ChatRequest, drops: DropReport): JsonObject | undefined {
  const used = usedTools(request);
  const isForbidden = request.toolChoice?.kind === 'none';
  const tools = isForbidden && used.size === 0 ? [] : encodeTools(request, drops);
  if (tools.length === 0) tools.push(...[...used].map(bareTool));
  if (tools.length === 0) return undefined;
  if (isForbidden) drops.field('toolChoice');
  return compact({ tools, toolChoice: encodeChoice(request.toolChoice) });
}

function encodeTools({ tools = [] }: ChatRequest, drops: DropReport): JsonObject[] {
  return tools.flatMap<JsonObject>((tool) => {
    if (tool.type === 'function') return encodeFunction(tool);
    const own = tool.wire === 'bedrock-converse' ? asObject(tool.value) : undefined;
    if (own === undefined) drops.name(`tools.${tool.name}`);
    return own ?? [];
  });
}

function encodeFunction(tool: FunctionTool): JsonObject[] {
  const { name, description, strict, parameters = { properties: {} }, cacheControl } = tool;
  const inputSchema = { json: { type: 'object', ...parameters } };
  // An empty description is refused.
  const toolSpec = compact({ name, description: description || undefined, inputSchema, strict: strict || undefined });
  return cacheControl === undefined ? [{ toolSpec }] : [{ toolSpec }, cachePoint(cacheControl)];
}

function bareTool(name: string): JsonObject {
  return { toolSpec: { name, inputSchema: { json: { type: 'object', properties: {} } } } };
}

function usedTools({ messages }: ChatRequest): Set<string> {
  const calls = messages.flatMap(({ content }) => content.filter((item) => item.type === 'tool-call'));
  return new Set(calls.map(({ name }) => name));
}

function encodeChoice(choice: ToolChoice | undefined): JsonObject | undefined {
  if (choice?.kind === 'tool') return { tool: { name: choice.name } };
  if (choice?.kind === 'required') return { any: {} };
  return choice?.kind === 'auto' ? { auto: {} } : undefined;
}
