import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useQueryParameter } from './location.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const PERIODS = {
  '24h': { units: 24, by: 'hour' },
  '7d': { units: 7, by: 'day' },
  '30d': { units: 30, by: 'day' },
} as const;

/** A stretch of time up to now, cut into whole hours or days (UTC) as the server adds them up. */
export interface Period {
  readonly by: 'hour' | 'day';
  /** ISO 8601: the start of the first hour or day. */
  readonly from: string;
  /** Start of each, epoch milliseconds. */
  readonly timesMs: readonly number[];
  /** `last 24 hours`, for sentences. */
  readonly name: string;
}

/** The period of the address; 24 hours unless it says another. */
export function usePeriod(): Period {
  const [asked] = useQueryParameter('period');
  const { units, by } = PERIODS[asked as keyof typeof PERIODS] ?? PERIODS['24h'];
  const unitMs = by === 'hour' ? HOUR_MS : DAY_MS;
  // A page that stays open moves on when it is opened or switched: a moving start would be another question each time.
  const [nowMs] = useState(Date.now);
  const last = nowMs - (nowMs % unitMs);
  const timesMs = Array.from({ length: units }, (_, at) => last - (units - 1 - at) * unitMs);
  return { by, from: new Date(timesMs[0] ?? last).toISOString(), timesMs, name: `last ${units} ${by}s` };
}

export function PeriodPicker() {
  const [asked, setAsked] = useQueryParameter('period');
  return (
    <SegmentedControl
      aria-label="Period"
      value={asked in PERIODS ? asked : '24h'}
      onChange={(value) => setAsked(value === '24h' ? '' : value)}
      data={[
        { value: '24h', label: '24 hours' },
        { value: '7d', label: '7 days' },
        { value: '30d', label: '30 days' },
      ]}
    />
  );
}

/** One number per hour or day of the period, 0 where nothing was: `start` is ISO 8601. */
export function overTime<Row>(
  period: Period,
  rows: readonly Row[],
  of: { readonly start: (row: Row) => string; readonly value: (row: Row) => number },
): number[] {
  const sums = new Map(period.timesMs.map((ms) => [ms, 0]));
  for (const row of rows) {
    const ms = Date.parse(of.start(row));
    const sum = sums.get(ms);
    if (sum !== undefined) sums.set(ms, sum + of.value(row));
  }
  return [...sums.values()];
}
