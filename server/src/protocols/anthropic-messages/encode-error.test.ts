import { describe, expect, it } from 'vitest';
import { type ErrorCode, invalidRequest, WeirError } from '../../kernel/errors.ts';
import { anthropicMessagesClient } from './client.ts';
import { readError } from './upstream-error.ts';

describe('an error of Weir on this wire', () => {
  it.each<[ErrorCode, string]>([
    ['request.invalid', 'invalid_request_error'],
    ['auth.missing', 'authentication_error'],
    ['limit.budget', 'billing_error'],
    ['auth.denied', 'permission_error'],
    ['model.unknown', 'not_found_error'],
    ['conflict', 'conflict_error'],
    ['request.too_large', 'request_too_large'],
    ['idempotency.mismatch', 'invalid_request_error'],
    ['limit.rate', 'rate_limit_error'],
    ['bug', 'api_error'],
    ['upstream.bad_reply', 'api_error'],
    ['upstream.timeout', 'timeout_error'],
  ])('%s has the type %s', (code, type) => {
    expect(anthropicMessagesClient.encodeError(new WeirError(code), 'req_1')).toMatchObject({
      type: 'error',
      error: { type, message: expect.stringMatching(/./) },
      request_id: 'req_1',
    });
  });

  it('keeps overload apart from other failures', () => {
    const error = new WeirError('upstream.unavailable', { status: 529 });
    expect(anthropicMessagesClient.encodeError(error, 'r')).toMatchObject({ error: { type: 'overloaded_error' } });
  });

  it('names the field, the limit and, for budgets, the code the SDK knows', () => {
    const budget = new WeirError('limit.budget', { details: { scope: 'key', limit: 5, used: 5 } });
    const field = anthropicMessagesClient.encodeError(invalidRequest('max_tokens', 'field required'), 'r');
    expect(anthropicMessagesClient.encodeError(budget, 'r')).toMatchObject({
      error: { details: { error_code: 'enforced_spend_limit_reached', scope: 'key', limit: 5, used: 5 } },
    });
    expect(field).toMatchObject({ error: { message: 'max_tokens: field required', details: { param: 'max_tokens' } } });
    expect(anthropicMessagesClient.encodeError(new WeirError('bug'), 'r')).not.toHaveProperty('error.details');
  });

  it('is one named event in a stream', () => {
    const text = anthropicMessagesClient.encodeStreamError(new WeirError('limit.rate'), 'r');
    const [name, data, ...rest] = text.split('\n');
    expect(name).toBe('event: error');
    expect(JSON.parse(data?.slice(6) ?? '')).toMatchObject({ type: 'error', error: { type: 'rate_limit_error' } });
    expect(rest).toEqual(['', '']);
  });
});

describe('an error body of a provider', () => {
  it.each([
    [
      { type: 'error', error: { type: 'invalid_request_error', message: 'm', details: { error_code: 'c' } } },
      { type: 'invalid_request_error', message: 'm', code: 'c' },
    ],
    [
      { message: 'm', __type: 'ThrottlingException' },
      { message: 'm', type: 'ThrottlingException' },
    ],
    [{ error: 'plain' }, { message: 'plain' }],
    [{ error: { message: 'm', param: 'p', code: 'c' } }, { message: 'm', param: 'p', code: 'c' }],
    ['text', {}],
    [null, {}],
    [[], {}],
  ])('%j is read whatever its shape', (json, expected) => {
    expect(readError(json)).toEqual(expected);
  });
});
