import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PromptRole } from '../content.ts';
import type { PromptFile } from './prompt-file.ts';
import { readPromptFile } from './read-prompt-file.ts';
import { writePromptFile } from './write-prompt-file.ts';

const roles: PromptRole[] = ['system', 'developer', 'user', 'assistant'];
const piece = fc.oneof(
  fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\r')),
  fc.constantFrom(
    '\n',
    '\n\n',
    '---\n',
    '<!-- role: user -->',
    '\n<!-- \\role: system -->\n',
    '<!-- \\\\role: x -->',
    '{{ x }}',
  ),
);
const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
const json = fc
  .dictionary(
    fc.string(),
    fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value))),
  )
  .filter((object) => !Object.hasOwn(object, '__proto__'));
const common = {
  name: fc.constantFrom('tutor/code_review', 'a', 'x.y/z-1'),
  description: text,
  variables: fc.option(json, { nil: undefined }),
  settings: json,
};
const file: fc.Arbitrary<PromptFile> = fc.oneof(
  fc.record({
    ...common,
    kind: fc.constant('chat' as const),
    messages: fc.array(fc.record({ role: fc.constantFrom(...roles), content: text }), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    ...common,
    kind: fc.constant('text' as const),
    messages: text.map((content) => [{ role: 'user' as const, content }]),
  }),
);

test('what is written is read as it was, and written again byte for byte', () => {
  fc.assert(
    fc.property(file, (prompt) => {
      const written = writePromptFile(prompt);
      const read = readPromptFile(written);
      expect(read).toEqual(prompt);
      expect(writePromptFile(read)).toBe(written);
    }),
    { numRuns: 200 },
  );
});

test('a file is what a person would write', () => {
  const prompt: PromptFile = {
    ...{ name: 'tutor/hello', kind: 'chat', description: 'Says hello', settings: { temperature: 0 } },
    variables: { type: 'object', properties: { who: { type: 'string' } }, required: ['who'] },
    messages: [
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'I am {{ who }}.\n' },
    ],
  };
  expect(writePromptFile(prompt)).toBe(`---
name: tutor/hello
kind: chat
description: Says hello
variables:
  type: object
  properties:
    who:
      type: string
  required:
    - who
model_config:
  temperature: 0
---
<!-- role: system -->
Be kind.
<!-- role: user -->
I am {{ who }}.

`);
});

describe('a file of another hand', () => {
  test('may leave out what can be told, and have other line ends', () => {
    expect(readPromptFile('---\r\nname: a\r\n---\r\nHello\r\nyou\r\n')).toEqual({
      ...{ name: 'a', kind: 'text', description: '', variables: undefined, settings: {} },
      messages: [{ role: 'user', content: 'Hello\nyou' }],
    });
  });

  test.each([
    ['Hello', 'front matter'],
    ['---\nkind: chat\n---\n', 'name: is missing'],
    ['---\nname: a\nmodel-config: {}\n---\n', 'did you mean model_config?'],
    ['---\nname: a\nkind: song\n---\n', 'expected chat or text'],
    ['---\nname: a\nkind: chat\n---\nHello\n', 'begins with a line like'],
    ['---\nname: a\nkind: chat\n---\n\n', 'needs a message'],
    ['---\n- a\n---\n', 'no list of names'],
  ])('is refused with the reason: %j', (written, reason) => {
    expect(() => readPromptFile(written)).toThrow(reason);
  });
});
