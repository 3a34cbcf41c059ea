import { asArray, asObject, asString, type Json } from '../../kernel/json.ts';
import type { JsonSchema } from './document.ts';

const MAX_DEPTH = 6;

/** A value with the required fields of a schema, for the curl examples. */
export function schemaSample(schema: JsonSchema, name = '', depth = 0): Json {
  const known = KNOWN[name];
  if (known !== undefined) return known;
  const first = firstOption(schema);
  if (first !== undefined) return schemaSample(first, name, depth);
  if (schema.const !== undefined) return schema.const as Json;
  const [choice] = asArray(schema.enum) ?? [];
  if (choice !== undefined) return choice;
  if (depth >= MAX_DEPTH) return {};
  if (schema.type === 'object') return objectSample(schema, depth);
  if (schema.type === 'array')
    return schema.items === undefined ? [] : [schemaSample(schema.items as JsonSchema, '', depth + 1)];
  if (schema.type === 'number' || schema.type === 'integer') return 1;
  if (schema.type === 'boolean') return true;
  return '...';
}

/** What a reader recognises at once. */
const KNOWN: Readonly<Record<string, Json>> = {
  model: 'openai/gpt-4o-mini',
  messages: [{ role: 'user', content: 'Hello' }],
  input: 'Hello',
  prompt: 'Hello',
  max_tokens: 256,
  provider: 'openai',
  targets: ['groq/llama-3.3-70b-versatile', 'openai/gpt-4o-mini'],
};

function firstOption(schema: JsonSchema): JsonSchema | undefined {
  const options = asArray(schema.anyOf) ?? asArray(schema.oneOf);
  return asObject(options?.[0]);
}

function objectSample(schema: JsonSchema, depth: number): Json {
  const properties = asObject(schema.properties) ?? {};
  const required = (asArray(schema.required) ?? []).map(asString).filter((name) => name !== undefined);
  return Object.fromEntries(
    required.map((name) => [name, schemaSample((asObject(properties[name]) ?? {}) as JsonSchema, name, depth + 1)]),
  );
}
