/** A share of 0 to 1: `98.2%`; never rounded to all or nothing when it is neither. */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return '–';
  const percent = share * 100;
  if (percent > 99.9 && percent < 100) return '>99.9%';
  if (percent > 0 && percent < 0.1) return '<0.1%';
  return `${percent.toFixed(1).replace(/\.0$/, '')}%`;
}
