import type { FunctionTool, ResponseFormat, Tool, ToolChoice } from '../../kernel/chat.ts';
import { invalidRequest } from '../../kernel/errors.ts';
import { asObject, asString, isObject, type Json, type JsonObject } from '../../kernel/json.ts';
import { requireString } from './decode-content.ts';

export function decodeTools(json: JsonObject): Tool[] | undefined {
  if (Array.isArray(json.tools)) return json.tools.map((tool, index) => decodeTool(tool, `tools[${index}]`));
  if (!Array.isArray(json.functions)) return undefined;
  return json.functions.map((tool, index) => functionTool(asObject(tool), `functions[${index}]`));
}

function decodeTool(tool: Json, param: string): Tool {
  if (!isObject(tool)) throw invalidRequest(param, 'expected an object');
  if (tool.type !== 'function') {
    return { type: 'opaque', wire: 'openai-chat', name: requireString(tool.type, `${param}.type`), value: tool };
  }
  const decoded = functionTool(asObject(tool.function), `${param}.function`);
  return tool.cache_control === undefined ? decoded : { ...decoded, cacheControl: tool.cache_control };
}

function functionTool(declared: JsonObject | undefined, param: string): FunctionTool {
  if (declared === undefined) throw invalidRequest(param, 'expected an object');
  const { description, parameters, strict } = declared;
  if (parameters !== undefined && parameters !== null && !isObject(parameters)) {
    throw invalidRequest(`${param}.parameters`, 'expected a JSON Schema object');
  }
  return {
    type: 'function',
    name: requireString(declared.name, `${param}.name`),
    ...(typeof description === 'string' ? { description } : {}),
    ...(isObject(parameters) ? { parameters } : {}),
    ...(typeof strict === 'boolean' ? { strict } : {}),
  };
}

export function decodeToolChoice(json: JsonObject): ToolChoice | undefined {
  const choice = json.tool_choice ?? json.function_call;
  if (choice === undefined || choice === null) return undefined;
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { kind: choice };
  const object = asObject(choice);
  const name = asString(asObject(object?.function)?.name) ?? asString(object?.name);
  if (name !== undefined) return { kind: 'tool', name };
  // allowed_tools and custom choices have no neutral word; the mode they hold is the nearest.
  const mode = asString(asObject(object?.allowed_tools)?.mode);
  if (mode === 'auto' || mode === 'required') return { kind: mode };
  if (object?.type === 'custom') return { kind: 'required' };
  throw invalidRequest('tool_choice', 'expected auto, none, required or {type: "function", function: {name}}');
}

export function decodeResponseFormat(format: Json | undefined): ResponseFormat | undefined {
  if (format === undefined || format === null) return undefined;
  const object = asObject(format);
  if (object?.type === 'text') return { kind: 'text' };
  if (object?.type === 'json_object') return { kind: 'json' };
  if (object?.type !== 'json_schema') {
    throw invalidRequest('response_format.type', 'expected text, json_object or json_schema');
  }
  const declared = asObject(object.json_schema);
  const schema = asObject(declared?.schema);
  if (schema === undefined) throw invalidRequest('response_format.json_schema.schema', 'expected a JSON Schema object');
  return {
    kind: 'json-schema',
    name: asString(declared?.name) ?? 'reply',
    schema,
    ...(typeof declared?.description === 'string' ? { description: declared.description } : {}),
    ...(typeof declared?.strict === 'boolean' ? { strict: declared.strict } : {}),
  };
}
