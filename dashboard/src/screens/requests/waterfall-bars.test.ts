import { describe, expect, test } from 'vitest';
import { waterfallBars } from './waterfall-bars.ts';

type Call = Parameters<typeof waterfallBars>[0];

const attempt = (changes: object) => ({
  ...{
    attempt: 1,
    provider: 'openai',
    model: 'gpt-4o',
    credential: 'c',
    reason: 'first',
    status: 200,
    error_code: null,
  },
  ...{ started_at: 1002, duration_ms: 40, tokens: {}, cost_nano_usd: 1, cost_state: 'exact', partial: false },
  ...changes,
});
const call = (changes: object) =>
  ({
    ...{
      timestamp: 1000,
      response_time_ms: 42,
      stream: false,
      success: true,
      cache: 'miss',
      error_code: null,
      findings: [],
    },
    ...{ time_to_first_token_ms: null, stages: [], attempts: [attempt({})] },
    ...changes,
  }) as unknown as Call;

describe('the waterfall of a call', () => {
  test('begins inside Weir and goes on at the provider', () => {
    expect(waterfallBars(call({}))).toEqual([
      { name: 'Weir', note: 'checked and routed', fromMs: 0, tookMs: 2, kind: 'weir' },
      { name: 'openai/gpt-4o', note: '200', fromMs: 2, tookMs: 40, kind: 'attempt' },
    ]);
  });

  test('names the stages that took their time, and what came after the reply', () => {
    const stages = [{ stage: 'guardInput', started_ms: 0.4, duration_ms: 1.5 }];
    expect(waterfallBars(call({ stages, response_time_ms: 50 })).map(({ name, note, ...bar }) => [note, bar])).toEqual([
      ['checked and routed', { fromMs: 0, tookMs: 2, kind: 'weir' }],
      ['guard input', { fromMs: 0.4, tookMs: 1.5, kind: 'stage' }],
      ['200', { fromMs: 2, tookMs: 40, kind: 'attempt' }],
      ['the reply, checked and kept', { fromMs: 42, tookMs: 8, kind: 'weir' }],
    ]);
  });

  test('shows failed attempts, the wait before the next, and why it was made', () => {
    const attempts = [
      attempt({ status: 503, error_code: 'upstream.unavailable' }),
      attempt({ started_at: 1092, reason: 'retry' }),
      attempt({ started_at: 1132, reason: 'fallback', provider: 'groq' }),
    ];
    const bars = waterfallBars(call({ response_time_ms: 172, attempts }));
    expect(bars.map(({ kind, fromMs, note }) => [kind, fromMs, note])).toEqual([
      ['weir', 0, 'checked and routed'],
      ['failed', 2, 'upstream.unavailable'],
      ['wait', 42, 'before the next try'],
      ['attempt', 92, 'retry, 200'],
      ['attempt', 132, 'fallback, 200'],
    ]);
  });

  test('is Weir alone for what the cache answered or a guardrail stopped', () => {
    const cached = waterfallBars(call({ attempts: [], cache: 'hit' }));
    expect(cached).toEqual([{ name: 'Weir', note: 'answered from the cache', fromMs: 0, tookMs: 42, kind: 'weir' }]);
    const stopped = waterfallBars(call({ attempts: [], error_code: 'guard.blocked', success: false }));
    expect(stopped.map(({ note }) => note)).toEqual(['guard.blocked']);
  });

  test('tells the stream from the wait for its first token', () => {
    const bars = waterfallBars(call({ stream: true, time_to_first_token_ms: 20 }));
    expect(bars.at(-1)).toEqual({
      name: 'Stream',
      note: 'first to last token',
      fromMs: 20,
      tookMs: 22,
      kind: 'stream',
    });
  });
});
