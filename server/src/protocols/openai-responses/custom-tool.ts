import type { FunctionTool } from '../../kernel/chat.ts';
import { asArray, asObject, asString, type JsonObject, parseJson } from '../../kernel/json.ts';

/**
 * A custom tool takes free text instead of JSON. Other wires have no such thing, so it becomes a function with one string
 * argument, and the model's call is turned back on the way to the client.
 */
export function customToolAsFunction(json: JsonObject, name: string): FunctionTool {
  const grammar = asObject(json.format);
  const definition = asString(grammar?.definition);
  const parts = [asString(json.description) ?? ''];
  if (definition !== undefined) {
    parts.push(`The input must match this ${asString(grammar?.syntax) ?? 'grammar'} grammar:\n${definition}`);
  }
  return {
    type: 'function',
    name,
    description: parts.filter((part) => part !== '').join('\n\n'),
    parameters: {
      type: 'object',
      properties: { input: { type: 'string', description: 'The free-form input of the tool.' } },
      required: ['input'],
      additionalProperties: false,
    },
  };
}

/** The names the client declared as custom tools. */
export function customToolNames(request: JsonObject): ReadonlySet<string> {
  const names = new Set<string>();
  for (const tool of asArray(request.tools) ?? []) {
    const json = asObject(tool);
    const name = asString(json?.name);
    if (json?.type === 'custom' && name !== undefined) names.add(name);
  }
  return names;
}

export function argumentsFromCustomInput(input: string): string {
  return JSON.stringify({ input });
}

/** The free text inside the arguments; text that is not the expected object is given as it is. */
export function customInputFromArguments(argumentsText: string): string {
  return asString(asObject(parseJson(argumentsText))?.input) ?? argumentsText;
}
