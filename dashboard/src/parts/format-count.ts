const EXACT = new Intl.NumberFormat('en-US');
const SHORT = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

/** `1,204`; from 100,000 on `1.2M`. */
export function formatCount(count: number): string {
  return Math.abs(count) < 100_000 ? EXACT.format(count) : SHORT.format(count);
}
