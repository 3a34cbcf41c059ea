import { isDeepStrictEqual } from 'node:util';
import type { Evaluator } from './evaluator.ts';

/** 1 when value and expected are the same JSON. Option `ignoreCase` is for texts. */
export const equals: Evaluator = {
  name: 'equals',
  asksModel: false,
  score({ value, expected, options }) {
    const isText = typeof value === 'string' && typeof expected === 'string';
    const isSame =
      isText && options.ignoreCase === true
        ? value.toLowerCase() === expected.toLowerCase()
        : isDeepStrictEqual(value, expected);
    return { score: isSame ? 1 : 0 };
  },
};
