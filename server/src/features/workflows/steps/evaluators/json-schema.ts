import { invalidRequest } from '../../../../kernel/errors.ts';
import { asObject } from '../../../../kernel/json.ts';
import type { Evaluator } from './evaluator.ts';

/** 1 when the value, or the JSON in a text, fits the JSON Schema in `options.schema` or in what is expected. */
export const jsonSchema: Evaluator = {
  name: 'json-schema',
  asksModel: false,
  async score({ value, expected, options }, { schemaProblem }) {
    const schema = asObject(options.schema ?? expected);
    if (schema === undefined) throw invalidRequest('expected', 'the evaluator json-schema needs a JSON Schema');
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const problem = await schemaProblem(text, schema);
    return problem === undefined ? { score: 1 } : { score: 0, reason: problem };
  },
};
