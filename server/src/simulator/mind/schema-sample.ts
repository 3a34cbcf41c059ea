import { isObject, type JsonObject, numberOf, stringOf } from '../json.ts';
import { samplePattern } from './pattern-sample.ts';
import { createRandom, type Random } from './random.ts';
import { sampleString } from './string-sample.ts';

const DEEPEST = 8;

interface Sampling {
  root: unknown;
  random: Random;
  /** Words to use for string fields of these names, e.g. the city that the prompt asked about. */
  hints: Readonly<Record<string, string>>;
  depth: number;
}

/** A value that satisfies a JSON Schema (the vocabulary that providers accept for tools and structured output). */
export function sampleSchema(schema: unknown, seed: number, hints: Readonly<Record<string, string>> = {}): unknown {
  return sample(schema, '', { root: schema, random: createRandom(seed), hints, depth: 0 });
}

function sample(schema: unknown, name: string, sampling: Sampling): unknown {
  if (!isObject(schema)) return 'anything';
  const resolved = resolve(schema, sampling.root);
  if ('const' in resolved) return resolved.const;
  if (Array.isArray(resolved.enum) && resolved.enum.length > 0) {
    return resolved.enum[sampling.random.integer(0, resolved.enum.length - 1)];
  }
  const inner = { ...sampling, depth: sampling.depth + 1 };
  const branches = choicesOf(resolved);
  if (branches.length > 0) return sample(mergeSchemas(resolved, chooseBranch(branches, inner)), name, inner);
  return sampleByType(resolved, name, inner);
}

function sampleByType(schema: JsonObject, name: string, sampling: Sampling): unknown {
  switch (typeOf(schema)) {
    case 'object':
      return sampleObject(schema, sampling);
    case 'array':
      return sampleArray(schema, name, sampling);
    case 'integer':
      return sampleNumber(schema, sampling.random, true);
    case 'number':
      return sampleNumber(schema, sampling.random, false);
    case 'boolean':
      return sampling.random.next() < 0.5;
    case 'null':
      return null;
    default: {
      const pattern = stringOf(schema.pattern);
      if (pattern !== undefined) return samplePattern(pattern, sampling.random);
      return sampleString(schema, { hint: sampling.hints[name.toLowerCase()], name, random: sampling.random });
    }
  }
}

function sampleObject(schema: JsonObject, sampling: Sampling): JsonObject {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = new Set(
    Array.isArray(schema.required) ? schema.required.filter((key) => typeof key === 'string') : [],
  );
  const result: JsonObject = {};
  for (const [key, property] of Object.entries(properties)) {
    if (required.has(key) || sampling.depth < DEEPEST / 2) result[key] = sample(property, key, sampling);
  }
  for (const key of required)
    if (!(key in result)) result[key] = sample(schema.additionalProperties ?? {}, key, sampling);
  return result;
}

function sampleArray(schema: JsonObject, name: string, sampling: Sampling): unknown[] {
  const fixed = Array.isArray(schema.prefixItems) ? schema.prefixItems : [];
  const least = Math.max(numberOf(schema.minItems) ?? 0, fixed.length);
  const most = Math.max(least, Math.min(numberOf(schema.maxItems) ?? least + 2, least + 2));
  const wanted =
    sampling.depth >= DEEPEST / 2 ? least : sampling.random.integer(Math.min(Math.max(least, 1), most), most);
  const result: unknown[] = [];
  const seen = new Set<string>();
  for (let tries = 0; result.length < wanted && tries < wanted * 20; tries += 1) {
    const item = sample(fixed[result.length] ?? schema.items ?? {}, name, sampling);
    const text = JSON.stringify(item);
    if (schema.uniqueItems === true && seen.has(text)) continue;
    seen.add(text);
    result.push(item);
  }
  return result;
}

function sampleNumber(schema: JsonObject, random: Random, whole: boolean): number {
  const step = numberOf(schema.multipleOf) ?? (whole ? 1 : 0.5);
  const least = numberOf(schema.minimum) ?? increased(numberOf(schema.exclusiveMinimum), step);
  const most = numberOf(schema.maximum) ?? increased(numberOf(schema.exclusiveMaximum), -step);
  const from = least ?? (most === undefined ? 1 : Math.min(1, most));
  const to = most ?? from + 40;
  const [low, high] = humanRange(Math.ceil(from / step), Math.floor(to / step));
  return high < low ? (from + to) / 2 : random.integer(low, high) * step;
}

/** Bounds such as the largest safe integers say nothing about the value that is meant. */
function humanRange(low: number, high: number): [number, number] {
  const wide = high - low > 100_000 && low <= 1 && high >= 40;
  return wide ? [1, 40] : [low, high];
}

function increased(bound: number | undefined, by: number): number | undefined {
  return bound === undefined ? undefined : bound + by;
}

/** Follows local references and folds `allOf` in. */
function resolve(schema: JsonObject, root: unknown): JsonObject {
  let current = schema;
  for (let hops = 0; typeof current.$ref === 'string' && hops < 32; hops += 1) {
    const { $ref, ...rest } = current;
    const target = $ref
      .slice(2)
      .split('/')
      .filter((step) => step !== '')
      .reduce<unknown>(
        (at, step) => (isObject(at) ? at[step.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined),
        root,
      );
    current = mergeSchemas(rest, isObject(target) ? target : {});
  }
  if (!Array.isArray(current.allOf)) return current;
  const { allOf, ...rest } = current;
  return (allOf as unknown[])
    .filter(isObject)
    .reduce<JsonObject>((merged, part) => mergeSchemas(merged, resolve(part, root)), rest);
}

function mergeSchemas(base: JsonObject, more: JsonObject): JsonObject {
  const { anyOf: _anyOf, oneOf: _oneOf, ...plain } = base;
  const merged: JsonObject = { ...plain, ...more };
  if (isObject(base.properties) && isObject(more.properties))
    merged.properties = { ...base.properties, ...more.properties };
  if (Array.isArray(base.required) && Array.isArray(more.required))
    merged.required = [...base.required, ...more.required];
  return merged;
}

function choicesOf(schema: JsonObject): JsonObject[] {
  const choices = Array.isArray(schema.anyOf) ? schema.anyOf : Array.isArray(schema.oneOf) ? schema.oneOf : [];
  return choices.filter(isObject);
}

/** Deep down it prefers the branch that ends soonest, so that recursive schemas come to an end. */
function chooseBranch(branches: JsonObject[], sampling: Sampling): JsonObject {
  const ending = branches.find((branch) => branch.type === 'null') ?? branches.find((branch) => !('$ref' in branch));
  if (sampling.depth >= DEEPEST / 2 && ending) return ending;
  const speaking = branches.filter((branch) => branch.type !== 'null');
  return speaking[sampling.random.integer(0, speaking.length - 1)] ?? branches[0] ?? {};
}

function typeOf(schema: JsonObject): string {
  const type = Array.isArray(schema.type) ? schema.type.find((each) => each !== 'null') : schema.type;
  if (typeof type === 'string') return type;
  if ('properties' in schema || 'required' in schema) return 'object';
  if ('items' in schema || 'prefixItems' in schema) return 'array';
  if ('minimum' in schema || 'maximum' in schema) return 'number';
  return 'string';
}
