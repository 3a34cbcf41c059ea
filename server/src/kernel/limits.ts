/** How much may be used; a name that is absent is not limited. Minutes slide, days are UTC calendar days. */
export interface Limits {
  readonly requests_per_minute?: number | undefined;
  readonly requests_per_day?: number | undefined;
  readonly tokens_per_minute?: number | undefined;
  readonly tokens_per_day?: number | undefined;
  /** Prompt estimate and requested output of one call. */
  readonly tokens_per_request?: number | undefined;
  /** Calls that run at the same time. */
  readonly concurrency?: number | undefined;
}

export type LimitName = keyof Limits;

/** Those with a counter; tokens_per_request looks at one call alone. */
export type CountedLimit = Exclude<LimitName, 'tokens_per_request'>;

export const COUNTED_LIMITS: readonly CountedLimit[] = [
  'requests_per_minute',
  'requests_per_day',
  'tokens_per_minute',
  'tokens_per_day',
  'concurrency',
];

export const LIMIT_NAMES: readonly LimitName[] = [...COUNTED_LIMITS, 'tokens_per_request'];

export function isDayLimit(name: LimitName): boolean {
  return name === 'requests_per_day' || name === 'tokens_per_day';
}

export function hasLimits(limits: Limits): boolean {
  for (const name in limits) if (limits[name as LimitName] !== undefined) return true;
  return false;
}
