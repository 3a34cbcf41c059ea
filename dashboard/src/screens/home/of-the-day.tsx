import { useRead } from '../../api/use-read.ts';
import { Figure, Figures } from '../../parts/figure.tsx';
import { formatCount } from '../../parts/format-count.ts';
import { formatShare } from '../../parts/format-share.ts';
import { formatUsd } from '../../parts/format-usd.ts';
import { Loaded } from '../../parts/loaded.tsx';

interface Report {
  readonly total_cost: number;
  readonly request_count: number;
  readonly success_rate: number;
  readonly saved_usd: number;
  readonly unpriced_count: number;
}

const DAY_MS = 86_400_000;
/** Before this share of the day is over, what it will have cost is a guess. */
const LEAST_SHARE = 0.1;

/** Today, which begins at midnight UTC as budgets do. */
export function OfTheDay() {
  const startMs = Date.now() - (Date.now() % DAY_MS);
  const report = useRead<Report>(`/api/v1/usage/report?from=${new Date(startMs).toISOString()}`, {
    refreshOn: ['call'],
    everyMs: 60_000,
  });
  return (
    <Loaded of={report}>
      {(today) => (
        <Figures>
          <Figure label="Spent today" value={formatUsd(today.total_cost)} note={forecast(today.total_cost, startMs)} />
          <Figure label="Calls today" value={formatCount(today.request_count)} note={unpriced(today.unpriced_count)} />
          <Figure label="Succeeded" value={today.request_count === 0 ? '–' : formatShare(today.success_rate)} />
          <Figure label="Saved by the cache" value={formatUsd(today.saved_usd)} />
        </Figures>
      )}
    </Loaded>
  );
}

function forecast(spent: number, startMs: number): string {
  const share = (Date.now() - startMs) / DAY_MS;
  return spent === 0 || share < LEAST_SHARE
    ? 'since midnight UTC'
    : `at this pace ${formatUsd(spent / share)} by midnight UTC`;
}

function unpriced(count: number): string | undefined {
  return count === 0 ? undefined : `${formatCount(count)} without a known price`;
}
