import { describe, expect, test } from 'vitest';
import { compileCustom } from './compile-custom.ts';

const hits = (text: string, of: Omit<Parameters<typeof compileCustom>[0], 'name'>) =>
  compileCustom({ name: 'own', ...of })
    .full(text, 'user')
    .detections.map(({ start, end }) => text.slice(start, end));

describe('guardrails of your own', () => {
  test('find what a pattern matches, wherever it stands', () => {
    expect(hits('ticket AB-12 and CD-345', { pattern: '[A-Z]{2}-\\d+' })).toEqual(['AB-12', 'CD-345']);
    expect(hits('none here', { pattern: '[A-Z]{2}-\\d+' })).toEqual([]);
  });

  test('find words whatever their case, in any script, never inside of longer words', () => {
    const words = ['Falcon', 'proyecto águila', 'орёл'];
    expect(hits('FALCON, falcons, Proyecto Águila; ОРЁЛ орёлы', { words })).toEqual([
      'FALCON',
      'Proyecto Águila',
      'ОРЁЛ',
    ]);
    expect(hits('a.b|c* stays a word', { words: ['a.b|c*'] })).toEqual(['a.b|c*']);
  });

  test('find what of a text is too long, in characters or in lines', () => {
    expect(hits('12345', { maxCharacters: 4 })).toEqual(['5']);
    expect(hits('1234', { maxCharacters: 4 })).toEqual([]);
    expect(hits('a\nb\nc', { maxLines: 2 })).toEqual(['c']);
    expect(hits('a\nb', { maxLines: 2 })).toEqual([]);
  });

  test('find texts in another language than the allowed ones, as a whole', () => {
    const french = 'Comment est-ce que je peux apprendre une langue avec peu de temps ?';
    expect(hits(french, { languages: ['en', 'de'] })).toEqual([french]);
    expect(hits(french, { languages: ['fr'] })).toEqual([]);
  });

  test('S28: patterns that would hang a backtracking engine take linear time', () => {
    const text = `${'a'.repeat(65_536)}!`;
    for (const pattern of ['(a+)+$', '(a|aa)+$', '^(a|a?)+$', '(.*a){8}b']) {
      const detector = compileCustom({ name: 'own', pattern });
      const started = performance.now();
      detector.full(text.slice(0, 4096), 'user');
      const small = performance.now() - started;
      const again = performance.now();
      detector.full(text, 'user');
      const large = performance.now() - again;
      // Sixteen times the text; a backtracking engine would not come back at all.
      expect(large).toBeLessThan(Math.max(small, 5) * 100);
    }
  });
});
