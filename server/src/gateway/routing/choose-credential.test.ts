import { expect, test } from 'vitest';
import { fakeCredential } from '../../../../test/chaos/support/gateway-fixture.ts';
import { CredentialChooser } from './choose-credential.ts';

const none = () => false;

test('credentials are drawn in proportion to their weights', () => {
  const pool = [fakeCredential('a', { weight: 3 }), fakeCredential('b', { weight: 1 })];
  let turn = 0;
  const chooser = new CredentialChooser(() => (turn++ % 100) / 100);
  const drawn = Array.from({ length: 1000 }, () => chooser.choose(pool, { nowMs: 0, skip: none })?.id);
  expect(drawn.filter((id) => id === 'a')).toHaveLength(750);
  expect(drawn.filter((id) => id === 'b')).toHaveLength(250);
});

test('a skipped credential leaves its share to the others', () => {
  const pool = [fakeCredential('a', { weight: 100 }), fakeCredential('b')];
  const chooser = new CredentialChooser(() => 0);
  expect(chooser.choose(pool, { nowMs: 0, skip: ({ id }) => id === 'a' })?.id).toBe('b');
  expect(chooser.choose(pool, { nowMs: 0, skip: () => true })).toBeUndefined();
});

test('requests_per_minute of one credential sends the rest to another', () => {
  const pool = [fakeCredential('a', { requestsPerMinute: 2 }), fakeCredential('b')];
  const chooser = new CredentialChooser(() => 0);
  const drawn = Array.from({ length: 5 }, () => chooser.choose(pool, { nowMs: 0, skip: none })?.id);
  expect(drawn).toEqual(['a', 'a', 'b', 'b', 'b']);
});

test('a pool at its limits has nothing to give until the next minute', () => {
  const pool = [fakeCredential('a', { requestsPerMinute: 1 })];
  const chooser = new CredentialChooser(() => 0);
  expect(chooser.choose(pool, { nowMs: 59_999, skip: none })?.id).toBe('a');
  expect(chooser.choose(pool, { nowMs: 59_999, skip: none })).toBeUndefined();
  expect(chooser.choose(pool, { nowMs: 60_000, skip: none })?.id).toBe('a');
});

test('an empty pool has nothing to give', () => {
  expect(new CredentialChooser(() => 0).choose([], { nowMs: 0, skip: none })).toBeUndefined();
});
