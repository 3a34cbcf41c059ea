import { isDeepStrictEqual } from 'node:util';
import { invalidRequest } from '../../../kernel/errors.ts';
import { asArray, asObject, asString, isObject, type Json, type JsonObject } from '../../../kernel/json.ts';
import type { Evaluator, ToolCall } from '../../../ports/evaluator.ts';

/**
 * How well the tools were used. Expected is `{name, arguments?}` or a list of them; given arguments must be there with these
 * values, others may be. Options: `order: true` compares place by place, `allowExtra: true` forgives calls nobody expects.
 */
export const toolUse: Evaluator = {
  name: 'tool-use',
  about: 'The expected tools were called with the expected arguments (order, allowExtra)',
  asksModel: false,
  score({ expected, options, call }) {
    const wanted = (asArray(expected) ?? [expected]).map(readExpected);
    const made = [...(call?.toolCalls ?? [])];
    const count = made.length;
    const found = wanted.filter((want, at) => {
      const place =
        options.order === true ? (fits(made[at], want) ? at : -1) : made.findIndex((each) => fits(each, want));
      if (place === -1) return false;
      // In any order each call counts once.
      if (options.order !== true) made.splice(place, 1);
      return true;
    });
    const whole = options.allowExtra === true ? wanted.length : Math.max(wanted.length, count);
    if (whole === 0) return { score: 1 };
    return { score: found.length / whole, reason: `${found.length} of ${wanted.length} expected calls, ${count} made` };
  },
};

function readExpected(value: Json): { name: string; given: JsonObject } {
  const object = asObject(value);
  const name = typeof value === 'string' ? value : asString(object?.name);
  if (name === undefined)
    throw invalidRequest('expected', 'the evaluator tool-use needs {name, arguments} or a list of them');
  return { name, given: asObject(object?.arguments) ?? {} };
}

function fits(call: ToolCall | undefined, want: { name: string; given: JsonObject }): boolean {
  if (call?.name !== want.name) return false;
  const made = isObject(call.arguments) ? call.arguments : {};
  return Object.entries(want.given).every(([name, value]) => isDeepStrictEqual(made[name], value));
}
