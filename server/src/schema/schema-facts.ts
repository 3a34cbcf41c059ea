import { isObject, type Json, type JsonObject } from '../kernel/json.ts';

/** How large and how deep a schema may be. */
export interface SchemaLimits {
  /** Characters of its JSON. */
  readonly maxCharacters: number;
  readonly maxDepth: number;
}

export interface SchemaFacts {
  /** Why it is not even compiled; undefined when nothing speaks against it. */
  readonly problem: string | undefined;
  /** Steps per value at most, references written out; Infinity when that has no bound of its own. */
  readonly weight: number;
  /** It has patterns or formats: texts cost by their length. */
  readonly hasPatterns: boolean;
}

/** Schemas of more weight are only tried on a thread that can be ended. */
const MAX_WEIGHT = 10_000;

/** What the text of a schema says about its cost, before anything of it runs. */
export function schemaFacts(schema: JsonObject, characters: number, limits: SchemaLimits): SchemaFacts {
  if (characters > limits.maxCharacters) {
    return refused(`it is larger than validation.max_schema_characters (${limits.maxCharacters})`);
  }
  if (depthExceeds(schema, limits.maxDepth)) {
    return refused(`it is deeper than validation.max_schema_depth (${limits.maxDepth})`);
  }
  const scale = new Scale(schema);
  return { problem: undefined, weight: scale.weigh(schema), hasPatterns: scale.hasPatterns };
}

function refused(problem: string): SchemaFacts {
  return { problem, weight: Number.POSITIVE_INFINITY, hasPatterns: true };
}

function depthExceeds(value: Json | undefined, left: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (left === 0) return true;
  for (const item of Object.values(value)) if (depthExceeds(item, left - 1)) return true;
  return false;
}

/** Adds up a schema with its references in place; what repeats itself or compares everything with everything has no bound. */
class Scale {
  hasPatterns = false;
  readonly #root: JsonObject;
  readonly #known = new Map<object, number>();

  constructor(root: JsonObject) {
    this.#root = root;
  }

  weigh(value: Json | undefined): number {
    if (typeof value !== 'object' || value === null) return 0;
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    // Met again before it is weighed: it holds itself.
    this.#known.set(value, Number.POSITIVE_INFINITY);
    let weight = 1;
    for (const [key, item] of Object.entries(value)) {
      weight += isObject(value) ? this.#member(key, item) : this.weigh(item);
      if (weight > MAX_WEIGHT) weight = Number.POSITIVE_INFINITY;
    }
    this.#known.set(value, weight);
    return weight;
  }

  #member(key: string, item: Json | undefined): number {
    if (key === 'pattern' || key === 'patternProperties' || key === 'format') this.hasPatterns = true;
    if (key === 'uniqueItems' && item === true) return Number.POSITIVE_INFINITY;
    if (key === '$dynamicRef' || key === '$recursiveRef') return Number.POSITIVE_INFINITY;
    if (key === '$ref' && typeof item === 'string') return this.weigh(this.#target(item));
    return this.weigh(item);
  }

  /** The whole schema stands for what cannot be found: then there is no bound. */
  #target(reference: string): Json {
    if (!reference.startsWith('#')) return this.#root;
    let at: Json | undefined = this.#root;
    for (const step of reference.slice(1).split('/').slice(1)) {
      const name = decode(step);
      at = typeof at === 'object' && at !== null ? (at as JsonObject)[name] : undefined;
    }
    return at ?? this.#root;
  }
}

function decode(step: string): string {
  try {
    return decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return step;
  }
}
