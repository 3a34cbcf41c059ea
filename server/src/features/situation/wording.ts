/** A name that somebody chose, short enough for a sentence of twelve words. */
export function shortName(name: string): string {
  const words = name.trim().split(/\s+/).slice(0, 2).join(' ');
  return words.length <= 40 ? words : `${words.slice(0, 39)}…`;
}

export function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

/** One number and one unit: `12 days`. */
export function timeLeft(milliseconds: number): string {
  const hours = milliseconds / 3_600_000;
  if (hours >= 36) return plural(Math.round(hours / 24), 'day');
  if (hours >= 1) return plural(Math.round(hours), 'hour');
  return plural(Math.max(1, Math.round(milliseconds / 60_000)), 'minute');
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0)} s`;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function plural(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
