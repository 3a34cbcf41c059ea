import type { FunctionTool, Tool, ToolChoice } from '../../../kernel/chat.ts';
import { invalidRequest } from '../../../kernel/errors.ts';
import { compact, type Json, type JsonObject } from '../../../kernel/json.ts';
import { optionalArray, optionalBoolean, optionalString, requireObject, requireString } from './check-fields.ts';
import type { Leftovers } from './leftovers.ts';

const TOOL_FIELDS = new Set(['type', 'name', 'description', 'input_schema', 'strict', 'cache_control']);

/** Tools with a schema are functions; tools with a dated type run at the provider or follow its own schema. */
export function decodeTools(value: Json | undefined, leftovers: Leftovers): Tool[] | undefined {
  return optionalArray(value, 'tools')?.map((item, index) => {
    const param = `tools[${index}]`;
    const tool = requireObject(item, param);
    const type = optionalString(tool.type, `${param}.type`) ?? 'custom';
    if (type === 'custom') return decodeFunctionTool(tool, param, leftovers);
    return { type: 'opaque', wire: 'anthropic-messages', name: type, value: tool };
  });
}

function decodeFunctionTool(tool: JsonObject, param: string, leftovers: Leftovers): FunctionTool {
  leftovers.takeUnknown('tools.', tool, TOOL_FIELDS);
  return {
    type: 'function',
    name: requireString(tool.name, `${param}.name`),
    parameters: requireObject(tool.input_schema, `${param}.input_schema`),
    ...compact({
      description: optionalString(tool.description, `${param}.description`),
      strict: optionalBoolean(tool.strict, `${param}.strict`),
      cacheControl: tool.cache_control ?? undefined,
    }),
  };
}

export function decodeToolChoice(choice: JsonObject | undefined): ToolChoice | undefined {
  if (choice === undefined) return undefined;
  switch (requireString(choice.type, 'tool_choice.type')) {
    case 'auto':
      return { kind: 'auto' };
    case 'any':
      return { kind: 'required' };
    case 'none':
      return { kind: 'none' };
    case 'tool':
      return { kind: 'tool', name: requireString(choice.name, 'tool_choice.name') };
    default:
      throw invalidRequest('tool_choice.type', 'must be one of auto, any, tool, none');
  }
}
