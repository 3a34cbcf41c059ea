import { describe, expect, it } from 'vitest';
import { CustomPatternError, createCustomDetector } from './detect-custom.ts';

describe('a custom guardrail', () => {
  it('finds patterns with their places', () => {
    const { detections } = createCustomDetector({ name: 'tickets', patterns: ['ABC-\\d+'] }).full(
      'see ABC-12 and ABC-7',
      'user',
    );
    expect(detections.map(({ start, end }) => [start, end])).toEqual([
      [4, 10],
      [15, 20],
    ]);
  });

  it('finds words whatever their case, and only whole ones', () => {
    const detector = createCustomDetector({ name: 'rivals', words: ['acme', 'blue sky'] });
    expect(detector.full('ACME and Blue Sky', 'user').detections).toHaveLength(2);
    expect(detector.full('acmeish, blue skyline', 'user').detections).toEqual([]);
  });

  it('refuses a pattern that needs backtracking and says which', () => {
    expect(() => createCustomDetector({ name: 'x', patterns: ['(a)\\1'] })).toThrow(CustomPatternError);
    expect(() => createCustomDetector({ name: 'x', patterns: ['(a)\\1'] })).toThrow(/\(a\)\\1/);
  });

  it('scores 1 for a find and 0 for none', () => {
    const detector = createCustomDetector({ name: 'x', words: ['secret project'] });
    expect([detector.full('the secret project', 'user').score, detector.full('the project', 'user').score]).toEqual([
      1, 0,
    ]);
  });
});
