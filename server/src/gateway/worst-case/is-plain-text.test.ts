import { expect, test } from 'vitest';
import { isPlainText } from './is-plain-text.ts';

const messages = [
  { role: 'system', content: 'S' },
  { role: 'user', name: 'u', content: 'an image_url and some audio' },
];

test('texts, numbers and switches are plain, whatever the texts say', () => {
  expect(
    isPlainText({ model: 'm', max_tokens: 5, stream: true, stream_options: { include_usage: true }, messages }),
  ).toBe(true);
  expect(isPlainText({ model: 'm', prompt: 'p', stop: null })).toBe(true);
});

test('anything with an inside takes a closer look', () => {
  expect(isPlainText({ messages: [{ role: 'user', content: [{ type: 'text', text: 'a' }] }] })).toBe(false);
  expect(isPlainText({ messages: [{ role: 'user', content: 'a', cache_control: { type: 'ephemeral' } }] })).toBe(false);
  expect(isPlainText({ messages: [{ role: 'assistant', content: 'a', audio: { id: 'x' } }] })).toBe(false);
  expect(isPlainText({ messages: ['a'] })).toBe(false);
  expect(isPlainText({ messages, modalities: ['text', 'audio'] })).toBe(false);
  expect(isPlainText({ messages, tools: [] })).toBe(false);
});
