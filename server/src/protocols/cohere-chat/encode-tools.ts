import type { ChatRequest, FunctionTool, Tool } from '../../kernel/chat.ts';
import { compact, type JsonObject } from '../../kernel/json.ts';
import type { DropReport } from '../drop-report.ts';

/** The wire cannot name the one tool to call: then only that tool is offered, and a call is required. */
export function encodeTools(request: ChatRequest, drops: DropReport): JsonObject {
  const { toolChoice } = request;
  const wanted = toolChoice?.kind === 'tool' ? toolChoice.name : undefined;
  const functions = (request.tools ?? []).filter((tool) => isFunction(tool, drops));
  const offered = wanted === undefined ? functions : functions.filter(({ name }) => name === wanted);
  if (offered.length === 0) return {};
  const areStrict = offered.every(({ strict }) => strict === true);
  if (!areStrict && offered.some(({ strict }) => strict === true)) drops.name('tools.strict');
  return compact({
    tools: offered.map((tool) => encodeFunction(tool, drops)),
    tool_choice: choiceOf(toolChoice?.kind),
    strict_tools: areStrict ? true : undefined,
  });
}

function isFunction(tool: Tool, drops: DropReport): tool is FunctionTool {
  if (tool.type === 'function') return true;
  drops.name(`tools.${tool.name}`);
  return false;
}

function encodeFunction(tool: FunctionTool, drops: DropReport): JsonObject {
  if (tool.cacheControl !== undefined) drops.name('cache_control');
  const { name, description, parameters = { type: 'object', properties: {} } } = tool;
  return { type: 'function', function: compact({ name, description, parameters }) };
}

/** Choosing freely is what the wire does without the field. */
function choiceOf(kind: string | undefined): string | undefined {
  if (kind === 'none') return 'NONE';
  return kind === 'required' || kind === 'tool' ? 'REQUIRED' : undefined;
}
