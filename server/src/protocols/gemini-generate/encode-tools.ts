import type { ChatRequest, FunctionTool, ToolChoice } from '../../kernel/chat.ts';
import { asObject, compact, type JsonObject } from '../../kernel/json.ts';
import type { DropReport } from '../drop-report.ts';

/** Functions as one tool, Google's own tools beside it. */
export function encodeTools({ tools = [] }: ChatRequest, drops: DropReport): JsonObject[] | undefined {
  const declarations: JsonObject[] = [];
  const own: JsonObject[] = [];
  for (const tool of tools) {
    if (tool.type === 'function') declarations.push(encodeFunction(tool, drops));
    else {
      const value = tool.wire === 'gemini-generate' ? asObject(tool.value) : undefined;
      if (value === undefined) drops.name(`tools.${tool.name}`);
      else own.push(value);
    }
  }
  if (declarations.length === 0 && own.length === 0) return undefined;
  return declarations.length === 0 ? own : [{ functionDeclarations: declarations }, ...own];
}

function encodeFunction(tool: FunctionTool, drops: DropReport): JsonObject {
  if (tool.cacheControl !== undefined) drops.name('cache_control');
  if (tool.strict === true) drops.name('tools.strict');
  return compact({ name: tool.name, description: tool.description, parametersJsonSchema: tool.parameters });
}

export function encodeToolConfig(choice: ToolChoice | undefined): JsonObject | undefined {
  if (choice === undefined) return undefined;
  return { functionCallingConfig: callingConfig(choice) };
}

function callingConfig(choice: ToolChoice): JsonObject {
  switch (choice.kind) {
    case 'auto':
      return { mode: 'AUTO' };
    case 'none':
      return { mode: 'NONE' };
    case 'required':
      return { mode: 'ANY' };
    case 'tool':
      return { mode: 'ANY', allowedFunctionNames: [choice.name] };
  }
}
