import { RE2JS } from 're2js';
import { invalidRequest } from '../../../kernel/errors.ts';
import type { Evaluator } from '../../../ports/evaluator.ts';
import { textOf } from './text-of.ts';

/** 1 when the pattern (`options.pattern`, or what is expected) is found in the output. Always linear time. */
export const regex: Evaluator = {
  name: 'regex',
  about: 'A regular expression is found in the output, in linear time (pattern, ignoreCase)',
  asksModel: false,
  score({ value, expected, options }) {
    const pattern = options.pattern ?? expected;
    if (typeof pattern !== 'string') throw invalidRequest('expected', 'the evaluator regex needs a pattern');
    return { score: compile(pattern, options.ignoreCase === true).test(textOf(value)) ? 1 : 0 };
  },
};

function compile(pattern: string, ignoreCase: boolean): RE2JS {
  try {
    return RE2JS.compile(RE2JS.translateRegExp(pattern), ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  } catch {
    throw invalidRequest(
      'expected',
      'is no regular expression that runs in linear time; leave out lookaround and back-references.',
    );
  }
}
