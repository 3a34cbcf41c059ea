import type { Tool, ToolChoice } from '../../../kernel/chat.ts';
import { invalidRequest } from '../../../kernel/errors.ts';
import { compact, isObject, type Json, type JsonObject } from '../../../kernel/json.ts';
import { customToolAsFunction } from '../custom-tool.ts';
import { entryObject, readBoolean, readList, readObject, readString, requireString } from './read-field.ts';

export function decodeTools(json: JsonObject): Tool[] | undefined {
  return readList(json, 'tools')?.map((entry, index) => {
    const at = `tools[${index}]`;
    return decodeTool(entryObject(entry, at), `${at}.`);
  });
}

function decodeTool(tool: JsonObject, at: string): Tool {
  const type = requireString(tool, 'type', at);
  if (type === 'custom') return customToolAsFunction(tool, requireString(tool, 'name', at));
  if (type !== 'function') return { type: 'opaque', wire: 'openai-responses', name: type, value: tool };
  return {
    type: 'function',
    name: requireString(tool, 'name', at),
    ...compact({
      description: readString(tool, 'description', at),
      parameters: readObject(tool, 'parameters', at),
      strict: readBoolean(tool, 'strict', at),
    }),
  };
}

/** Undefined for a choice only this wire understands (a hosted tool): the caller keeps it as an extension. */
export function decodeToolChoice(value: Json | undefined): ToolChoice | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === 'auto' || value === 'none' || value === 'required') return { kind: value };
  if (!isObject(value)) throw invalidRequest('tool_choice', 'must be auto, none, required or an object.');
  switch (value.type) {
    case 'function':
    case 'custom':
      return { kind: 'tool', name: requireString(value, 'name', 'tool_choice.') };
    case 'allowed_tools':
      return { kind: value.mode === 'required' ? 'required' : 'auto' };
    default:
      return undefined;
  }
}
