import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Part } from '../../kernel/chat.ts';
import { ListeningGuard } from './listening-guard.ts';

/** A piece of a stream's text, and whether it passes undecoded. */
type Piece = { readonly text: string; readonly passes: boolean };

function listen(pieces: readonly Piece[]): { heard: string[]; emitted: Part[] } {
  const heard: string[] = [];
  const emitted: Part[] = [];
  const guard = new ListeningGuard((text) => heard.push(text));
  guard.begin();
  for (const { text, passes } of pieces) {
    if (passes) pass(guard, text);
    else guard.part({ type: 'text-delta', choice: 0, block: 0, text }, (part) => emitted.push(part));
  }
  guard.part({ type: 'end' }, (part) => emitted.push(part));
  return { heard, emitted };
}

/** The text as an event brings it: in bytes that are overwritten afterwards. */
function pass(guard: ListeningGuard, text: string): void {
  const json = JSON.stringify(text).slice(1, -1);
  const bytes = Buffer.from(`data: ${json}\n\n`);
  const textStart = 'data: '.length;
  guard.skimmed(bytes, {
    end: bytes.length,
    textStart,
    textEnd: textStart + Buffer.byteLength(json),
    characters: text.length,
  });
  bytes.fill(0);
}

test('hears the same text in the same order whether it passes decoded or not', () => {
  const piece = fc.record({ text: fc.string({ unit: 'grapheme', minLength: 1 }), passes: fc.boolean() });
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1 }), (pieces) => {
      expect(listen(pieces).heard).toEqual([pieces.map(({ text }) => text).join('')]);
    }),
  );
});

test('hears a long text in pieces that overlap, wherever it is cut', () => {
  const long = Array.from({ length: 5000 }, (_, at) => ({ text: `word ${at} `, passes: at % 7 !== 0 }));
  const { heard } = listen(long);
  const whole = long.map(({ text }) => text).join('');
  expect(heard.length).toBeGreaterThan(2);
  expect(heard.reduce((all, piece) => all + piece.slice(256))).toBe(whole);
  for (const piece of heard) expect(piece.length).toBeLessThan(16_384 + 256 + 20);
});

test('a stream that begins anew forgets what passed before', () => {
  const heard: string[] = [];
  const guard = new ListeningGuard((text) => heard.push(text));
  pass(guard, 'lost');
  guard.begin();
  pass(guard, 'kept');
  guard.part({ type: 'end' }, () => {});
  expect(heard).toEqual(['kept']);
});
