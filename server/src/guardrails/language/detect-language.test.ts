import { expect, it } from 'vitest';
import { createLanguageDetector } from './detect-language.ts';
import { guessLanguage } from './guess-language.ts';

it.each([
  ['en', 'What is the best way to learn a new language in a short time?'],
  ['de', 'Wie kann ich eine neue Sprache lernen, wenn ich nicht viel Zeit habe?'],
  ['fr', 'Comment est-ce que je peux apprendre une langue avec peu de temps ?'],
  ['es', '¿Cómo puedo aprender una lengua nueva con poco tiempo y sin dinero?'],
  ['ru', 'Как выучить новый язык за короткое время?'],
  ['zh', '如何在短时间内学习一门新语言？'],
  ['ja', '短い時間で新しい言語を学ぶにはどうすればいいですか？'],
])('tells %s by its words or its script', (code, text) => {
  expect(guessLanguage(text)?.code).toBe(code);
});

it('finds a text in a language that is not allowed', () => {
  const detector = createLanguageDetector({ allowed: ['en', 'de'] });
  const text = 'Comment est-ce que je peux apprendre une langue avec peu de temps ?';
  expect(detector.full(text, 'output').detections).toMatchObject([{ type: 'fr', start: 0, end: text.length }]);
  expect(detector.full('Wie kann ich das in kurzer Zeit lernen?', 'output').detections).toEqual([]);
});

it('lets pass what is too short to tell', () => {
  expect(createLanguageDetector({ allowed: ['en'] }).full('Bonjour', 'output').score).toBe(0);
});
