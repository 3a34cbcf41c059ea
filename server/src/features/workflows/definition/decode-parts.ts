import { asArray, isObject, type Json } from '../../../kernel/json.ts';
import { NANO_PER_USD } from '../../../kernel/money.ts';
import { MINUTE_MS, SECOND_MS } from '../../../kernel/time.ts';
import type { Condition, FlowBudget, RetryPolicy } from '../flow.ts';
import type { Fields } from './fields.ts';
import { errorAt } from './problem.ts';

type Operator = Extract<Condition, { kind: 'operator' }>['operator'];

/** Of `onError: retry` without a policy of its own. */
export const DEFAULT_RETRY: RetryPolicy = {
  maxAttempts: 3,
  backoffMs: SECOND_MS,
  multiplier: 2,
  maxBackoffMs: MINUTE_MS,
  jitter: 'none',
  on: undefined,
};

/** WD9: `onError: retry` tries again by the default policy; a policy is followed whatever onError says; else one try. */
export function decodeRetry(step: Fields, onError: string | undefined): RetryPolicy {
  const fields = step.inner('retry', 'retryConfig');
  if (fields === undefined) return onError === 'retry' ? DEFAULT_RETRY : { ...DEFAULT_RETRY, maxAttempts: 1 };
  const backoffMs = fields.number('backoffMs') ?? DEFAULT_RETRY.backoffMs;
  const maxAttempts = fields.number('maxAttempts') ?? DEFAULT_RETRY.maxAttempts;
  if (onError === 'retry' && maxAttempts === 1)
    fields.problems.push(
      errorAt(fields.place('maxAttempts'), 'onError is retry, but maxAttempts is 1.', 'Use 2 or more attempts.'),
    );
  return {
    maxAttempts,
    backoffMs,
    multiplier: fields.number('backoffMultiplier') ?? DEFAULT_RETRY.multiplier,
    maxBackoffMs: fields.number('maxBackoffMs') ?? Math.max(DEFAULT_RETRY.maxBackoffMs, backoffMs),
    jitter: fields.text('jitter') === 'full' ? 'full' : 'none',
    on: asArray(fields.get('on'))?.map(String),
  };
}

/** `budgetLimit` of the second dialect is the same as `budget.usd`. */
export function decodeBudget(of: Fields): FlowBudget | undefined {
  const limit = of.number('budgetLimit');
  const fields = of.inner('budget');
  if (fields === undefined && limit === undefined) return undefined;
  if (fields === undefined) of.pointers.budget = of.place('budgetLimit');
  const usd = fields?.number('usd');
  if (usd !== undefined && limit !== undefined)
    of.problems.push(errorAt(of.place('budgetLimit'), 'budgetLimit and budget.usd mean the same.', 'Remove one.'));
  const onExceed = fields?.text('onExceed') as FlowBudget['onExceed'] | undefined;
  const degradeTo = fields?.text('degradeTo');
  if (fields !== undefined && (onExceed === 'degrade') !== (degradeTo !== undefined))
    of.problems.push(
      errorAt(
        fields.pointer,
        'onExceed: degrade and degradeTo belong together.',
        'Give degradeTo the name of a cheaper model, or leave both out.',
      ),
    );
  return {
    usdNano: nano(usd ?? limit),
    tokens: fields?.number('tokens'),
    calls: fields?.number('calls'),
    onExceed: onExceed ?? 'pause',
    degradeTo,
    approveAboveNano: nano(fields?.number('approveAboveUsd')),
  };
}

function nano(usd: number | undefined): number | undefined {
  return usd === undefined ? undefined : Math.round(usd * NANO_PER_USD);
}

export function decodeCondition(value: Json | undefined): Condition | undefined {
  if (typeof value === 'string') return { kind: 'cel', expression: value };
  if (!isObject(value)) return undefined;
  return { kind: 'operator', operator: value.type as Operator, path: String(value.path), value: value.value };
}
