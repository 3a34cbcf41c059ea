import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import { sampleAttempt, sampleRecord } from '../../telemetry/testing/sample-record.ts';
import { AlertWatch, type WatchedTarget } from './watch.ts';

const MINUTE_MS = 60_000;

function stage() {
  const clock = new ManualClock();
  const told: string[] = [];
  const state = {
    targets: [] as WatchedTarget[],
    ledger: { unshipped: 0, lagMs: 0, healthy: true, error: null as string | null },
  };
  const watch = new AlertWatch({
    clock,
    sink: { send: ({ kind, message }) => told.push(`${kind}: ${message}`) },
    targets: () => state.targets,
    ledger: () => state.ledger,
    thresholds: {
      errorSurgeCount: 5,
      errorSurgeRatio: 0.5,
      ledgerLagMs: 30_000,
      refusedKeys: 10,
      keySurge: { ratio: 10, leastCalls: 50, leastNano: 1e9 },
    },
  });
  const calls = (count: number, error_code: 'upstream.timeout' | 'request.invalid' | null) => {
    const record = sampleRecord({ success: error_code === null, error_code });
    for (let call = 0; call < count; call++) watch.observe(record);
  };
  return { clock, told, state, watch, calls };
}

const target = (more: Partial<WatchedTarget>): WatchedTarget => ({
  provider: 'openai',
  model: 'gpt-4o',
  breaker: 'closed',
  lastError: undefined,
  ...more,
});

describe('an alert is raised', () => {
  test('when a breaker opens: once, however long it flaps, and again after an hour', () => {
    const { watch, state, told, clock } = stage();
    state.targets = [target({ breaker: 'open', lastError: 'upstream.unavailable' })];
    for (let look = 0; look < 30; look++) {
      state.targets = [target({ breaker: look % 2 === 0 ? 'open' : 'closed', lastError: 'upstream.unavailable' })];
      watch.look();
      clock.advance(1000);
    }
    expect(told).toEqual([
      expect.stringMatching(/^provider_down: openai is failing \(upstream.unavailable on gpt-4o\)/),
    ]);
    state.targets = [target({ breaker: 'half-open', lastError: 'upstream.unavailable' })];
    for (let minute = 0; minute < 61; minute++) {
      watch.look();
      clock.advance(MINUTE_MS);
    }
    expect(told).toHaveLength(2);
  });

  test('when a provider refuses our credential, once per provider', () => {
    const { watch, state, told } = stage();
    state.targets = [
      target({ lastError: 'upstream.auth' }),
      target({ model: 'gpt-4', lastError: 'upstream.auth' }),
      target({ provider: 'groq', lastError: 'upstream.auth' }),
    ];
    watch.look();
    expect(told.map((text) => text.slice(0, 44))).toEqual([
      'provider_down: openai refuses our credential',
      'provider_down: groq refuses our credential. ',
    ]);
  });

  test("when calls fail in numbers and in share; clients' own mistakes do not count", () => {
    const { watch, told, calls } = stage();
    calls(50, 'request.invalid');
    calls(4, 'upstream.timeout');
    watch.look();
    expect(told).toEqual([]);
    calls(50, 'upstream.timeout');
    watch.look();
    expect(told).toEqual(['error_surge: 54 of 104 calls failed within a minute.']);
  });

  test('for failures of the last minute only', () => {
    const { watch, told, calls, clock } = stage();
    calls(4, 'upstream.timeout');
    clock.advance(70_000);
    calls(4, 'upstream.timeout');
    watch.look();
    expect(told).toEqual([]);
  });

  test('when the ledger lags behind or its database fails', () => {
    const { watch, told, state } = stage();
    state.ledger = { unshipped: 7, lagMs: 29_000, healthy: true, error: null };
    watch.look();
    expect(told).toEqual([]);
    state.ledger = { unshipped: 7, lagMs: 31_000, healthy: true, error: null };
    watch.look();
    expect(told).toEqual([expect.stringMatching(/^ledger_lag: 7 usage records .* oldest for 31 s/)]);
  });

  test('when somebody tries keys', () => {
    const { watch, told } = stage();
    for (let request = 0; request < 10; request++) watch.refused('auth.invalid');
    for (let request = 0; request < 100; request++) watch.refused('auth.missing');
    watch.look();
    expect(told).toEqual([expect.stringMatching(/^key_anomaly: 10 requests/)]);
  });

  test('when a key does far more than it used to, once', () => {
    const { watch, told, clock } = stage();
    const used = (count: number) => {
      const record = sampleRecord({ key_id: 'key_a', project_id: 'p', cost_nano_usd: 10_000_000 });
      for (let call = 0; call < count; call++) watch.observe(record);
    };
    used(2);
    clock.advance(90 * MINUTE_MS);
    used(49);
    watch.look();
    expect(told).toEqual([]);
    used(1);
    watch.look();
    watch.look();
    expect(told).toEqual([
      expect.stringMatching(/^key_anomaly: The key key_a made 50 calls for 0.5 USD within a minute, at most 2 for 0.0/),
    ]);
  });

  test('when a provider sends no usable token counts again and again, once a day', () => {
    const { watch, told, clock } = stage();
    const record = sampleRecord({ attempts: [sampleAttempt({ cost_state: 'estimated' })], cost_state: 'estimated' });
    for (let call = 0; call < 2; call++) watch.observe(record);
    watch.look();
    expect(told).toEqual([]);
    watch.observe(record);
    for (let hour = 0; hour < 20; hour++) {
      watch.look();
      clock.advance(60 * MINUTE_MS);
    }
    expect(told).toEqual([expect.stringMatching(/^error_surge: openai sends no token counts/)]);
  });
});
