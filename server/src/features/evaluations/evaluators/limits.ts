import { invalidRequest } from '../../../kernel/errors.ts';
import { asNumber } from '../../../kernel/json.ts';
import { usdFromNano } from '../../../kernel/money.ts';
import type { Evaluated, EvaluatedCall, Evaluator } from '../../../ports/evaluator.ts';

/** 1 when the call cost at most `options.max` (or what is expected), in USD. */
export const cost: Evaluator = limit('cost', 'The call cost at most so many USD (max)', (call) =>
  usdFromNano(call.costNano),
);

/** 1 when the call took at most `options.max` (or what is expected), in milliseconds. */
export const latency: Evaluator = limit('latency', 'The call took at most so many ms (max)', (call) => call.latencyMs);

function limit(name: string, about: string, measure: (call: EvaluatedCall) => number): Evaluator {
  return {
    name,
    about,
    asksModel: false,
    score(of: Evaluated) {
      const max = asNumber(of.options.max ?? of.expected);
      if (max === undefined) throw invalidRequest('options.max', `the evaluator ${name} needs a number`);
      if (of.call === undefined)
        throw invalidRequest('value', `the evaluator ${name} needs a call, not only an output`);
      const measured = measure(of.call);
      return { score: measured <= max ? 1 : 0, reason: `${measured} of ${max}` };
    },
  };
}
