import { expect, test } from 'vitest';
import { attributionOf } from './attribution.ts';

test('an empty label is no label, whether it stands in a header or in the body', () => {
  expect(attributionOf({}, '').userId).toBeUndefined();
  expect(attributionOf({ 'x-user-id': '' }, '').userId).toBeUndefined();
  expect(attributionOf({ 'x-user-id': '' }, 'alice').userId).toBe('alice');
  expect(attributionOf({ 'x-user-id': 'bob' }, 'alice').userId).toBe('bob');
});

test('a label is cut, wherever it comes from', () => {
  expect(attributionOf({}, 'x'.repeat(1000)).userId).toHaveLength(256);
});
