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
const validators: Partial<Record<Draft, Ajv>> = {};

/** JSON Schema 2020-12; schemas that name draft-07 or older are read as draft-07. Nothing is ever fetched. */
export function compileSchema(schema: JsonObject): CompiledSchema {
  const { $schema, ...rest } = schema;
  const draft: Draft = typeof $schema === 'string' && /draft-0[3-7]/.test($schema) ? 'earlier' : 'current';
  validators[draft] ??= newValidator(draft);
  const ajv = validators[draft];
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

function newValidator(draft: Draft): Ajv {
  const ajv = draft === 'current' ? new Ajv2020(OPTIONS) : new Ajv(OPTIONS);
  addFormats.default(ajv);
  return ajv as Ajv;
}
