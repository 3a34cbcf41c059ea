import { invalidRequest, WeirError } from '../../kernel/errors.ts';
import { asArray, isObject, type JsonObject } from '../../kernel/json.ts';
import type { CompiledTemplate } from '../../ports/templates.ts';

type TemplateVariables = CompiledTemplate['variables'];

/** The schema of what templates read: everything is needed that they do not ask for first or have a default for. */
export function extractedSchema(templates: readonly { readonly variables: TemplateVariables }[]): JsonObject {
  const needed = new Map<string, boolean>();
  for (const { variables } of templates) {
    for (const { name, isOptional } of variables) needed.set(name, needed.get(name) === true || !isOptional);
  }
  const required = [...needed].filter(([, isNeeded]) => isNeeded).map(([name]) => name);
  return {
    type: 'object',
    properties: Object.fromEntries([...needed.keys()].map((name) => [name, {}])),
    ...(required.length === 0 ? {} : { required }),
  };
}

/** Throws `request.invalid` for a schema that is none of an object, or does not know a variable that a template needs. */
export function checkDeclared(
  schema: JsonObject,
  templates: readonly { readonly variables: TemplateVariables }[],
): void {
  if (schema.type !== 'object' || (schema.properties !== undefined && !isObject(schema.properties))) {
    throw invalidRequest('variables', 'expected a JSON Schema: {"type": "object", "properties": {"name": {}}}');
  }
  const { properties = {} } = schema as { properties?: JsonObject };
  for (const { variables } of templates) {
    const unknown = variables.find(({ name, isOptional }) => !isOptional && !Object.hasOwn(properties, name));
    if (unknown !== undefined) {
      throw invalidRequest(`variables.properties.${unknown.name}`, 'is missing: a template reads this variable');
    }
  }
}

/**
 * What is known of the variables of a version before one renders: names, defaults and the plain types, so that most calls need
 * no validator.
 */
export class VariableRules {
  readonly #required: readonly string[];
  readonly #defaults: readonly (readonly [string, JsonObject[string]])[];
  readonly #types: readonly (readonly [string, string])[];
  /** The schema says more than that: a validator has to look. */
  readonly needsValidator: boolean;
  readonly schema: JsonObject;

  constructor(schema: JsonObject) {
    const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonObject>);
    this.schema = schema;
    this.#defaults = properties.filter(([, of]) => of.default !== undefined).map(([name, of]) => [name, of.default]);
    const filled = new Set(this.#defaults.map(([name]) => name));
    this.#required = (asArray(schema.required) ?? []).filter(
      (name): name is string => typeof name === 'string' && !filled.has(name),
    );
    this.#types = properties.filter(([, { type }]) => isPlainType(type)).map(([name, { type }]) => [name, `${type}`]);
    this.needsValidator =
      Object.keys(schema).some((word) => !PLAIN_SCHEMA.has(word)) ||
      properties.some(([, of]) =>
        Object.keys(of).some((word) => !PLAIN_PROPERTY.has(word) || (word === 'type' && !isPlainType(of.type))),
      );
  }

  /** Defaults by name, for who renders elsewhere. */
  get defaults(): JsonObject {
    return Object.fromEntries(this.#defaults);
  }

  /** The variables with defaults filled in. Throws `request.invalid` naming the first that is missing or of another type. */
  fill(given: JsonObject): JsonObject {
    const missing = this.#required.find((name) => !Object.hasOwn(given, name) || given[name] === undefined);
    if (missing !== undefined) throw missingVariable(missing, this.#required, given);
    const filled = { ...given };
    for (const [name, value] of this.#defaults) if (!Object.hasOwn(filled, name)) filled[name] = value;
    for (const [name, type] of this.#types) {
      const value = filled[name];
      if (Object.hasOwn(filled, name) && !isOfType(value, type))
        throw invalidRequest(`variables.${name}`, `expected ${type}`);
    }
    return filled;
  }
}

const PLAIN_SCHEMA = new Set(['type', 'properties', 'required', 'title', 'description', '$schema']);
const PLAIN_PROPERTY = new Set(['type', 'default', 'title', 'description', 'examples']);
const PLAIN_TYPES = new Set(['string', 'number', 'integer', 'boolean', 'array', 'object']);

function isPlainType(type: unknown): boolean {
  return typeof type === 'string' && PLAIN_TYPES.has(type);
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

function missingVariable(missing: string, required: readonly string[], given: JsonObject): WeirError {
  const all = required.filter((name) => !Object.hasOwn(given, name));
  return new WeirError('request.invalid', {
    param: `variables.${missing}`,
    message: `variables.${missing}: is missing; this prompt needs ${required.join(', ')}.`,
    details: { missing: all },
  });
}
