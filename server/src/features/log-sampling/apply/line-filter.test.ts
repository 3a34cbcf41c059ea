import { compilePolicy } from '@weir/sampler/decision';
import { formatSignature, signatureOf } from '@weir/sampler/signature';
import { describe, expect, test } from 'vitest';
import { LineFilter } from './line-filter.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const NONE = { global_rate: 0, severity_rates: { DEBUG: 0, INFO: 0, WARNING: 0, ERROR: 0, CRITICAL: 0 }, first_k: 0 };

function filter(policy: object) {
  const lines = new LineFilter(compilePolicy(policy), NOW);
  return (text: string) => lines.keeps(text, Buffer.byteLength(text));
}

describe('a line of a file', () => {
  test.each([
    '2026-03-01 12:00:00,123 ERROR [main] lost',
    'Nov 14 15:16:01 web app[19]: level=fatal msg="gone"',
    'panic: runtime error',
    'Traceback (most recent call last):',
    '{"level":"error","message":"lost"}',
    '{"level":50,"msg":"lost"}',
    '{"level":60}',
    '{"severity_number":17,"body":{"a":1}}',
    '{"severity":"CRITICAL","message":"x"}',
    '{"level":"FATAL3","message":"x"}',
    '{"level":3,"short_message":"syslog calls this an error"}',
    '{"level":"audit","message":"nobody knows how bad that is"}',
    '{"level":"info","message":"x","err":{"message":"odd"}}',
    '{"level":"info","message":"x","exc_info":"Traceback"}',
  ])('is kept when it is an error, or may be one: %s', (text) => {
    expect(filter(NONE)(text)).toBe(true);
  });

  test.each([
    '',
    'started',
    '2026-03-01 12:00:00,123 INFO [main] x',
    '{"level":30,"msg":"x"}',
    '{"level":"warn","msg":"x"}',
    '{',
  ])('goes by the policy else: %s', (text) => {
    expect(filter(NONE)(text)).toBe(false);
  });

  test('is found by the pattern of its message', () => {
    const signatures = [formatSignature(signatureOf('Stored order 7'))];
    const policy = { ...NONE, pattern_rates: { P1: 1 }, patterns: { P1: { template: '', signatures } } };
    const keeps = filter(policy);
    expect(keeps('Stored order 99')).toBe(true);
    expect(keeps('{"level":"info","message":"Stored order 12"}')).toBe(true);
    expect(keeps('Sent order 99')).toBe(false);
  });

  test('shares its fate with its trace', () => {
    const keeps = filter({ ...NONE, severity_rates: { INFO: 0.5 } });
    const line = (digit: string) => `{"level":"info","message":"Step","trace_id":"${digit.repeat(32)}"}`;
    expect(['0', '3', '7', '8', 'c', 'f'].map((digit) => keeps(line(digit)))).toEqual([
      // Of zeros only is no trace: it takes its turn.
      expect.any(Boolean),
      false,
      false,
      true,
      true,
      true,
    ]);
  });

  test('is kept exactly as often as its rate says, and the same way each time', () => {
    const run = () => {
      const keeps = filter({ ...NONE, severity_rates: { INFO: 0.3 } });
      return Array.from({ length: 1000 }, (_, at) => keeps(`2026-03-01 12:00:00 INFO Stored order ${at}`));
    };
    const kept = run();
    expect(Math.abs(kept.filter(Boolean).length - 300)).toBeLessThanOrEqual(2);
    expect(run()).toEqual(kept);
  });

  test('is kept when it is among the first of its signature', () => {
    const keeps = filter({ ...NONE, first_k: 2 });
    expect([1, 2, 3, 4].map((at) => keeps(`Stored order ${at}`))).toEqual([true, true, false, false]);
    expect(keeps('Another')).toBe(true);
  });
});
