const DATE_ONLY = /^\d{4}-\d{2}-\d{2}$/;
const ISO = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** An instant as people and exports write it: ISO 8601 (UTC unless it says otherwise), epoch milliseconds or seconds. */
export function parseInstant(value: unknown): number | undefined {
  if (typeof value === 'number') return fromEpoch(value);
  if (typeof value !== 'string') return undefined;
  if (/^\d{1,14}$/.test(value)) return fromEpoch(Number(value));
  if (!DATE_ONLY.test(value) && !ISO.test(value)) return undefined;
  const hasZone = DATE_ONLY.test(value) || /(Z|[+-]\d{2}:?\d{2})$/.test(value);
  const parsed = Date.parse(hasZone ? value : `${value}Z`);
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** Seconds and milliseconds are three digits apart until the year 5138. */
function fromEpoch(value: number): number | undefined {
  if (!Number.isFinite(value) || value < 0) return undefined;
  return value < 100_000_000_000 ? value * 1000 : value;
}
