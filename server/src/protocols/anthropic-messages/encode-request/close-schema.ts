import { isObject, type Json, type JsonObject } from '../../../kernel/json.ts';

/** Keywords that Anthropic's constrained decoding refuses; said in the description instead, so the model still hears them. */
const UNSUPPORTED: readonly string[] = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
];
/** Keywords whose value is a schema by name. */
const SCHEMA_MAPS = new Set(['properties', '$defs', 'definitions']);
/** Keywords whose value is a schema or a list of schemas. */
const SCHEMAS = new Set(['items', 'anyOf', 'allOf', 'oneOf', 'prefixItems', 'additionalProperties', 'not']);

/** The schema in the dialect of Anthropic's structured output: every object closed, unsupported bounds moved to words. */
export function closeSchema(schema: JsonObject): JsonObject {
  const closed: JsonObject = {};
  const bounds: string[] = [];
  for (const key of Object.keys(schema)) {
    const value = schema[key];
    if (value === undefined || key === '$schema') continue;
    if (UNSUPPORTED.includes(key) || (key === 'minItems' && Number(value) > 1)) {
      bounds.push(`${key}: ${JSON.stringify(value)}`);
    } else if (SCHEMA_MAPS.has(key) && isObject(value)) {
      closed[key] = Object.fromEntries(Object.entries(value).map(([name, item]) => [name, closeAny(item ?? null)]));
    } else {
      closed[key] = SCHEMAS.has(key) ? closeAny(value) : value;
    }
  }
  const isObjectSchema = closed.type === 'object' || closed.properties !== undefined;
  if (isObjectSchema && !isObject(closed.additionalProperties)) closed.additionalProperties = false;
  if (bounds.length > 0) closed.description = describe(closed.description, bounds);
  return closed;
}

function closeAny(value: Json): Json {
  if (Array.isArray(value)) return value.map(closeAny);
  return isObject(value) ? closeSchema(value) : value;
}

function describe(description: Json | undefined, bounds: readonly string[]): string {
  const hint = `(${bounds.join(', ')})`;
  return typeof description === 'string' && description !== '' ? `${description} ${hint}` : hint;
}
