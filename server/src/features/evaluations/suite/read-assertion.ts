import { invalidRequest } from '../../../kernel/errors.ts';
import { asNumber, asObject, asString, compact, type Json, type JsonObject } from '../../../kernel/json.ts';
import { EVALUATOR_NAMES } from '../evaluators/registry.ts';

/** A check in the words of `POST /api/v1/datasets`. */
export interface SuiteCheck {
  readonly type: string;
  readonly metric?: string;
  readonly expected?: Json;
  readonly options?: JsonObject;
  readonly threshold?: number;
  readonly negate?: boolean;
}

/** What an assertion says: its type without `not-`, what is expected, its threshold, and the model that judges. */
interface Asserted {
  readonly value: Json | undefined;
  readonly threshold: number | undefined;
  readonly model: string | undefined;
}

type Reading = (asserted: Asserted) => SuiteCheck;

const folded = { ignoreCase: true };
const judged =
  (type: string, own: JsonObject = {}): Reading =>
  ({ value, threshold, model }) =>
    shaped({ type, threshold, expected: value, options: { ...own, ...(model === undefined ? {} : { model }) } });
const rubric: Reading = ({ value, threshold, model }) =>
  shaped({ type: 'rubric', threshold, options: compact({ criteria: value, model }) });
const limited =
  (type: string): Reading =>
  ({ threshold, value }) =>
    shaped({ type, options: compact({ max: threshold ?? value }) });
const compared =
  (type: string, options?: JsonObject): Reading =>
  ({ value, threshold }) =>
    shaped({ type, expected: value, options, threshold });

/** promptfoo's names, and what they are here. Names of Weir's own evaluators hold too. */
const READINGS: Readonly<Record<string, Reading>> = {
  equals: compared('exact'),
  contains: compared('contains'),
  icontains: compared('contains', folded),
  'contains-all': compared('contains'),
  'icontains-all': compared('contains', folded),
  'icontains-any': compared('contains-any', folded),
  'is-json': ({ value }) => (value === undefined ? { type: 'valid-json' } : { type: 'json-schema', expected: value }),
  'is-refusal': () => ({ type: 'refusal' }),
  cost: limited('cost'),
  latency: limited('latency'),
  'llm-rubric': rubric,
  'model-graded-closedqa': rubric,
  rubric,
  factuality: judged('factuality'),
  'answer-relevance': judged('relevance'),
  relevance: judged('relevance'),
};

/** Reads one assertion. Throws `request.invalid` for a type that Weir does not have. */
export function readAssertion(given: Json, at: string): SuiteCheck {
  const object = asObject(given);
  const named = asString(object?.type);
  if (object === undefined || named === undefined) throw invalidRequest(at, 'needs a type');
  const isNegated = named.startsWith('not-');
  const type = isNegated ? named.slice('not-'.length) : named;
  const reading = Object.hasOwn(READINGS, type)
    ? READINGS[type]
    : EVALUATOR_NAMES.includes(type)
      ? compared(type)
      : undefined;
  if (reading === undefined) {
    const known = [...new Set([...Object.keys(READINGS), ...EVALUATOR_NAMES])].sort();
    throw invalidRequest(`${at}.type`, `"${type}" is not known; known are ${known.join(', ')}`);
  }
  const threshold = asNumber(object.threshold);
  const model = asString(object.provider)?.replace(/:(?:chat:|messages:)?/, '/');
  const metric = asString(object.metric);
  return {
    ...reading({ value: object.value, threshold, model }),
    ...(metric === undefined ? {} : { metric }),
    ...(isNegated ? { negate: true } : {}),
  };
}

function shaped(of: {
  type: string;
  expected?: Json | undefined;
  options?: JsonObject | undefined;
  threshold?: number | undefined;
}): SuiteCheck {
  const { type, expected, options, threshold } = of;
  return {
    type,
    ...(expected === undefined ? {} : { expected }),
    ...(options === undefined || Object.keys(options).length === 0 ? {} : { options }),
    ...(threshold === undefined ? {} : { threshold }),
  };
}
