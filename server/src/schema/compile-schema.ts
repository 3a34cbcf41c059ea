import { Ajv } from 'ajv';
import { Ajv2020, type ErrorObject, type Options, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Json, JsonObject } from '../kernel/json.ts';
import { linearPattern } from './linear-pattern.ts';

export interface CompiledSchema {
  /** Empty when the value is valid. */
  validate(value: Json): readonly ErrorObject[];
  /** Patterns that hold for every text because they cannot be tried in linear time. */
  readonly untried: readonly string[];
}

/** Of the schema that is being compiled; compiling is synchronous. */
let untried: string[] = [];

const regExp = Object.assign((source: string) => linearPattern(source, untried), { code: 'linearPattern' });

const OPTIONS: Options = {
  // Unknown keywords are remarks, as the specification has it.
  strict: false,
  allErrors: true,
  // `required: ["toString"]` is not met by every object's prototype.
  ownProperties: true,
  // Written out at each use, one large definition would become as many copies of code as it has references.
  inlineRefs: false,
  logger: false,
  code: { regExp },
};

type Draft = 'current' | 'earlier';
const validators = new Map<string, Ajv>();

/**
 * JSON Schema 2020-12; schemas that name draft-07 or older are read as draft-07. Nothing is ever fetched. A schema that was
 * compiled before, on another thread, need not be held against the schema of schemas again, which saves most of the memory.
 */
export function compileSchema(schema: JsonObject, of: { readonly isKnownGood?: boolean } = {}): CompiledSchema {
  const { $schema, ...rest } = schema;
  const draft: Draft = typeof $schema === 'string' && /draft-0[3-7]/.test($schema) ? 'earlier' : 'current';
  const ajv = validatorFor(draft, of.isKnownGood === true);
  untried = [];
  const patterns = untried;
  let validate: ValidateFunction;
  try {
    validate = ajv.compile(rest);
  } finally {
    // The validator would keep every schema it ever saw.
    ajv.removeSchema(rest);
  }
  return {
    untried: patterns,
    validate: (value) => (validate(value) ? NONE : (validate.errors ?? NONE)),
  };
}

const NONE: readonly ErrorObject[] = Object.freeze([]);

function validatorFor(draft: Draft, isKnownGood: boolean): Ajv {
  const key = `${draft} ${isKnownGood}`;
  const found = validators.get(key);
  if (found !== undefined) return found;
  const options = isKnownGood ? { ...OPTIONS, meta: false, validateSchema: false } : OPTIONS;
  const ajv = draft === 'current' ? new Ajv2020(options) : new Ajv(options);
  addFormats.default(ajv);
  validators.set(key, ajv);
  return ajv;
}
