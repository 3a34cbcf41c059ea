import { expect, test } from 'vitest';
import { periodBounds, termsFromUsd } from './budget.ts';

const at = (text: string) => Date.parse(`${text}Z`);

test.each([
  ['day', '2026-11-20T23:59:59.999', '2026-11-20T00:00', '2026-11-21T00:00'],
  ['week', '2026-11-22T23:59', '2026-11-16T00:00', '2026-11-23T00:00'],
  ['week', '2026-11-23T00:00', '2026-11-23T00:00', '2026-11-30T00:00'],
  ['month', '2026-12-31T23:59', '2026-12-01T00:00', '2027-01-01T00:00'],
  ['month', '2028-02-29T12:00', '2028-02-01T00:00', '2028-03-01T00:00'],
] as const)('the %s of %s runs from %s to %s, in UTC', (period, now, from, to) => {
  expect(periodBounds(period, at(now))).toEqual({ startsAt: at(from), endsAt: at(to) });
});

test('a total never ends', () => {
  expect(periodBounds('total', at('2026-11-20T12:00'))).toEqual({ startsAt: 0, endsAt: Number.POSITIVE_INFINITY });
});

test('terms in USD become whole nano-USD', () => {
  const terms = termsFromUsd({ usd: 0.1, period: 'day', alert_at: [1, 0.5, 1], approve_above_usd: 0.000000001 });
  expect(terms).toEqual({
    limitNano: 100_000_000,
    period: 'day',
    onExceed: 'stop',
    degradeTo: undefined,
    alertAt: [0.5, 1],
    approveAboveNano: 1,
    shadow: false,
  });
});
