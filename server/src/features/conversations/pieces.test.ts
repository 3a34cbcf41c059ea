import { expect, test } from 'vitest';
import type { Content } from '../../kernel/chat.ts';
import type { CountedMessage } from './content.ts';
import { nameOf, piecesOf, withoutPieces } from './pieces.ts';

const text = (said: string): Content => ({ type: 'text', text: said });
const call: Content = { type: 'tool-call', id: 'c', name: 'look', argumentsText: '{}' };
const TURN: readonly CountedMessage[] = [
  { message: { role: 'user', content: [text('a'), text('b')] }, tokens: 5 },
  { message: { role: 'assistant', content: [text('c'), call, text('d'), text('e')] }, tokens: 9 },
];
const names = (removed: string[] = []) => piecesOf(3, TURN, new Set(removed)).map(({ place }) => nameOf(place));

test('words that stand together are one piece, a call is one of its own, and places do not move', () => {
  expect(names()).toEqual(['3.0.0', '3.1.0', '3.1.1', '3.1.2']);
  expect(piecesOf(3, TURN, new Set())[3]?.message).toEqual({ role: 'assistant', content: [text('d'), text('e')] });
  expect(names(['3.1.0', '4.1.1'])).toEqual(['3.0.0', '3.1.1', '3.1.2']);
});

test('a turn without what was removed: the rest in its order, a message without a piece not at all', () => {
  expect(withoutPieces(3, TURN, new Set(['30.0.0', '2.1.1']))).toBe(TURN);
  expect(withoutPieces(3, TURN, new Set(['3.0.0', '3.1.1']))).toEqual([
    { message: { role: 'assistant', content: [text('c'), text('d'), text('e')] }, tokens: 9 },
  ]);
});
