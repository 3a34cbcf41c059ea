import { hash } from 'node:crypto';
import type { Json, JsonObject } from '../../kernel/json.ts';

/** What a person trusts of a tool: everything a model sees, and what it claims to be. */
export interface ToolDefinition {
  readonly name: string;
  readonly title: Json;
  readonly description: Json;
  readonly inputSchema: Json;
  readonly outputSchema: Json;
  readonly annotations: Json;
}

export function definitionOf(tool: JsonObject): ToolDefinition {
  return {
    name: String(tool.name),
    title: tool.title ?? null,
    description: tool.description ?? null,
    inputSchema: tool.inputSchema ?? null,
    outputSchema: tool.outputSchema ?? null,
    annotations: tool.annotations ?? null,
  };
}

/** SHA-256 of the definition: character by character, whatever the order of keys. Texts are not normalised, so look-alikes differ. */
export function fingerprint(definition: ToolDefinition): string {
  return hash('sha256', canonical({ ...definition }), 'hex');
}

function canonical(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const members = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${members.join(',')}}`;
}
