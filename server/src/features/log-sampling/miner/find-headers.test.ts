import { shapeOf } from '@weir/sampler/signature';
import { expect, test } from 'vitest';
import { findHeaders } from './find-headers.ts';
import { Vocabulary } from './vocabulary.ts';

/** What is left of each line without its header. */
function messagesOf(lines: readonly string[]): string[] {
  const vocabulary = new Vocabulary();
  const groups = lines.map((line, at) => ({ tokens: vocabulary.tokensOf(shapeOf(line)), lines: 1, members: [at] }));
  const starts = findHeaders(vocabulary, groups);
  return groups.map(({ tokens }, at) => vocabulary.textOf(tokens.slice(starts[at])).replaceAll('\u0001', '<*>'));
}

test.each([
  [
    'time, level, thread, class',
    ['2026-01-01 10:00:00,1 INFO [main] com.acme.Shop: ', '2026-01-01 10:00:01,1 WARN [pool 2] com.acme.Cart: '],
  ],
  ['time, host, program', ['Nov 14 15:16:01 web sshd[99]: ', 'Nov 14 15:16:02 mail postfix/smtpd[7]: ']],
  [
    'time, one letter, component',
    ['11-17 16:13:38.811  1702  2395 D Window: ', '11-17 16:13:39.811  1702  2395 I Power: '],
  ],
  ['brackets', ['[Sun Dec 04 04:47:44 2005] [notice] ', '[Sun Dec 04 04:47:45 2005] [error] ']],
])('the header of a log with %s is no part of the message', (_, headers) => {
  const messages = ['session opened', 'session closed for good', 'no route: giving up', 'user unknown'];
  const lines = messages.flatMap((message) => headers.map((header) => header + message));
  expect([...new Set(messagesOf(lines))]).toEqual(messages);
});

test('columns of changing values end a header, where many different lines have them', () => {
  const headers = ['17 node-2 net up 1077804742 ', '18 node-3 disk down 1077804743 '];
  const bars = ['20261223-22:15:29:606|Step_LSC|30002312|', '20261223-22:15:29:615|Step_SPU|30002312|'];
  const messages = [...'abcdefghijklmnop'].map((letter) => `${letter.repeat(3)}x is told of it`);
  for (const kind of [headers, bars]) {
    const lines = messages.flatMap((message) => kind.map((header) => header + message));
    expect([...new Set(messagesOf(lines))]).toEqual(messages);
  }
});

test('a log without headers is left as it is', () => {
  const lines = ['started', 'Connection failed: timeout', 'error: no such user', '5 users online'];
  expect(messagesOf(lines)).toEqual([
    'started',
    'Connection failed: timeout',
    'error: no such user',
    '<*> users online',
  ]);
});

test('a message that starts with a word and a colon keeps it where others have none', () => {
  const start = '2026-01-01 10:00:00 INFO ';
  const messages = ['Payment: declined', 'cart is empty', 'order was sent', 'shop is open'];
  expect(messagesOf(messages.map((message) => start + message))).toEqual(messages);
});
