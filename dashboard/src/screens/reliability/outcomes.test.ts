import { expect, it } from 'vitest';
import { type CallWithAttempts, outcomesOf } from './outcomes.ts';

const call = (success: boolean, attempts: CallWithAttempts['attempts']): CallWithAttempts => ({
  ...{ request_id: 'r', timestamp: 0, provider: 'p', model: 'm', model_requested: 'p/m', error_code: null },
  ...{ success, attempts },
});

it('counts what users saw apart from what providers did, and leaves out what no provider was asked', () => {
  const failed = { reason: 'first', error_code: 'upstream.unavailable' } as const;
  const records = [
    call(true, [{ reason: 'first', error_code: null }]),
    call(true, [failed, { reason: 'retry', error_code: null }]),
    call(false, [failed, { reason: 'fallback', error_code: 'upstream.timeout' }]),
    call(false, []),
  ];
  expect(outcomesOf(records)).toEqual({
    ...{ calls: 3, answered: 2, attempts: 5, failedAttempts: 3 },
    ...{ retries: 1, fallbacks: 1, rescued: 1 },
  });
});
