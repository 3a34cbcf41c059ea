import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../../kernel/json.ts';
import type { Evaluated, Evaluator } from '../../../ports/evaluator.ts';

/** 1 when output and expected are the same JSON. Options `ignoreCase` and `trim` are for texts. */
export const exact: Evaluator = evaluatorNamed('exact');
/** The same by the name that workflows know. */
export const equals: Evaluator = evaluatorNamed('equals');

function evaluatorNamed(name: string): Evaluator {
  return {
    name,
    about: 'The output is what is expected (ignoreCase, trim)',
    asksModel: false,
    score: (of) => ({ score: isSame(of) ? 1 : 0 }),
  };
}

function isSame({ value, expected, options }: Evaluated): boolean {
  const folded = (text: Json) => {
    if (typeof text !== 'string') return text;
    const trimmed = options.trim === true ? text.trim() : text;
    return options.ignoreCase === true ? trimmed.toLowerCase() : trimmed;
  };
  return isDeepStrictEqual(folded(value), folded(expected));
}
