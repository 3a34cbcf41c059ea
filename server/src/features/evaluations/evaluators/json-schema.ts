import { invalidRequest } from '../../../kernel/errors.ts';
import { asObject, parseJson } from '../../../kernel/json.ts';
import type { Evaluator } from '../../../ports/evaluator.ts';
import { textOf } from './text-of.ts';

/** 1 when the output, or the JSON in a text, fits the JSON Schema in `options.schema` or in what is expected. */
export const jsonSchema: Evaluator = {
  name: 'json-schema',
  about: 'The output fits a JSON Schema (schema)',
  asksModel: false,
  async score({ value, expected, options }, { schemaProblem }) {
    const schema = asObject(options.schema ?? expected);
    if (schema === undefined) throw invalidRequest('expected', 'the evaluator json-schema needs a JSON Schema');
    const problem = await schemaProblem(textOf(value), schema);
    return problem === undefined ? { score: 1 } : { score: 0, reason: problem };
  },
};

/** 1 when the output is JSON. */
export const validJson: Evaluator = {
  name: 'valid-json',
  about: 'The output is JSON',
  asksModel: false,
  score: ({ value }) => ({ score: typeof value !== 'string' || parseJson(value) !== undefined ? 1 : 0 }),
};
