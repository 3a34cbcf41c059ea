import { expect, test } from 'vitest';
import { traceIdOf } from './trace-id.ts';

const HEX = '5b8efff798038103d269b633813fc60c';

test.each<[string, unknown, string | undefined]>([
  ['hexadecimal', HEX, HEX],
  ['capitals', HEX.toUpperCase(), HEX],
  ['base64', Buffer.from(HEX, 'hex').toString('base64'), HEX],
  ['base64 without padding', Buffer.from(HEX, 'hex').toString('base64').replace(/=+$/, ''), HEX],
  ['zeros, which mean none', '0'.repeat(32), undefined],
  ['zeros in base64', Buffer.alloc(16).toString('base64'), undefined],
  ['nothing', '', undefined],
  ['no text', 12, undefined],
  ['another length', 'abc', undefined],
])('a trace id as %s', (_, written, expected) => {
  expect(traceIdOf(written)).toBe(expected);
});
