import { describe, expect, it } from 'vitest';
import { WeirError } from '../../kernel/errors.ts';
import { isLost, toStoreError } from './postgres-error.ts';

const coded = (code: string) => Object.assign(new Error('said the driver'), { code });

describe('errors of PostgreSQL', () => {
  it.each([
    ['23505', 'conflict', false],
    ['22021', 'request.invalid', false],
    ['53100', 'store.unavailable', false],
    ['53300', 'store.unavailable', true],
    ['40P01', 'store.unavailable', false],
    ['25006', 'store.unavailable', false],
    ['57P01', 'store.unavailable', true],
    ['28P01', 'store.unavailable', false],
    ['42P01', 'bug', false],
    ['ECONNREFUSED', 'store.unavailable', true],
    ['EPIPE', 'store.unavailable', true],
  ])('%s is %s, connection lost: %s', (code, expected, lost) => {
    expect(toStoreError(coded(code)).code).toBe(expected);
    expect(isLost(coded(code))).toBe(lost);
  });

  it('takes a connection that ends without a code for lost, and a mistake of ours for a bug', () => {
    const ended = new Error('Connection terminated unexpectedly');
    expect([toStoreError(ended).code, isLost(ended)]).toEqual(['store.unavailable', true]);
    expect([toStoreError(new TypeError('x')).code, isLost(new TypeError('x'))]).toEqual(['bug', false]);
  });

  it('leaves our own errors as they are, and never shows what the driver said', () => {
    const own = new WeirError('conflict');
    expect(toStoreError(own)).toBe(own);
    expect(toStoreError(coded('57P01')).message).not.toContain('said the driver');
  });
});
