import { expect, test } from 'vitest';
import { addRateHeaders } from './rate-headers.ts';

const NOON = Date.UTC(2026, 10, 20, 12);
const READING = { limit: 30, remaining: 29, resetMs: 60_500 };

function headersOf(wire: string, rate: Parameters<typeof addRateHeaders>[1]) {
  const headers: Record<string, string | number> = {};
  addRateHeaders(headers, rate, { wire, startedAt: NOON });
  return headers;
}

test('OpenAI clients read limit, rest and reset; what is not limited is not told', () => {
  expect(headersOf('openai-chat', { requests: READING, tokens: undefined })).toEqual({
    'x-ratelimit-limit-requests': 30,
    'x-ratelimit-remaining-requests': 29,
    'x-ratelimit-reset-requests': '1m1s',
  });
});

test('Anthropic clients read the same in their own names, with the instant of the reset', () => {
  expect(headersOf('anthropic-messages', { requests: undefined, tokens: READING })).toMatchObject({
    'anthropic-ratelimit-tokens-limit': 30,
    'anthropic-ratelimit-tokens-remaining': 29,
    'anthropic-ratelimit-tokens-reset': '2026-11-20T12:01:01Z',
    'x-ratelimit-reset-tokens': '1m1s',
  });
});

test.each([
  [0, '0s'],
  [1, '1s'],
  [59_000, '59s'],
  [3_599_001, '1h0m0s'],
  [43_200_000, '12h0m0s'],
])('%i ms are written %s', (resetMs, written) => {
  const headers = headersOf('llm', { requests: { ...READING, resetMs }, tokens: undefined });
  expect(headers['x-ratelimit-reset-requests']).toBe(written);
});
