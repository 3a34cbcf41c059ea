import { expect, it } from 'vitest';
import { createSizeDetector } from './detect-size.ts';

it('points at the characters beyond the limit', () => {
  const detector = createSizeDetector({ maxCharacters: 5 });
  expect(detector.full('12345', 'user').detections).toEqual([]);
  expect(detector.full('1234567', 'user').detections).toEqual([
    { type: 'too_many_characters', start: 5, end: 7, score: 1 },
  ]);
});

it('points at the lines beyond the limit', () => {
  const detector = createSizeDetector({ maxLines: 2 });
  expect(detector.full('a\nb\n', 'user').score).toBe(0);
  expect(detector.full('a\nb\nc', 'user').detections).toEqual([{ type: 'too_many_lines', start: 4, end: 5, score: 1 }]);
});
