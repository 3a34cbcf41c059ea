import { asObject, isObject, type JsonObject } from '../kernel/json.ts';
import type { StrictTool } from '../ports/protocol.ts';

/** Tools that a request declares with `strict: true`, on any wire; only what is said, not what a provider takes for granted. */
export function strictTools({ tools }: JsonObject): StrictTool[] {
  if (!Array.isArray(tools)) return [];
  return tools.flatMap((tool) => {
    if (!isObject(tool)) return [];
    const declared = asObject(tool.function) ?? tool;
    if (declared.strict !== true || typeof declared.name !== 'string') return [];
    const schema = asObject(declared.parameters) ?? asObject(declared.input_schema);
    return schema === undefined ? [] : [{ name: declared.name, schema }];
  });
}
