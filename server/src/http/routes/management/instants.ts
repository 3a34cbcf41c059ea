import { z } from 'zod';
import { invalidRequest } from '../../../kernel/errors.ts';
import { parseInstant } from '../../../kernel/parse-instant.ts';
import { DAY_MS } from '../../../kernel/time.ts';

const DEFAULT_DAYS = 30;

/** Query fields of everything that is read over a period. */
export const periodQuery = {
  from: z
    .string()
    .optional()
    .describe(`ISO 8601 or epoch milliseconds, included; default ${DEFAULT_DAYS} days before to`),
  to: z.string().optional().describe('ISO 8601 or epoch milliseconds, not included; default now'),
};

/** A half-open period. Without bounds: the last 30 days. */
export function periodOf(query: { from?: string | undefined; to?: string | undefined }, nowMs: number) {
  const toMs = instant(query.to, 'to') ?? nowMs + 1;
  const fromMs = instant(query.from, 'from') ?? toMs - DEFAULT_DAYS * DAY_MS;
  if (fromMs >= toMs) throw invalidRequest('from', 'must be before "to".');
  return { fromMs, toMs };
}

/** An open period: a bound that is not given does not bound. */
export function openPeriodOf(query: { from?: string | undefined; to?: string | undefined }) {
  const fromMs = instant(query.from, 'from');
  const toMs = instant(query.to, 'to');
  return { ...(fromMs === undefined ? {} : { fromMs }), ...(toMs === undefined ? {} : { toMs }) };
}

/** When something ends: null is never. Throws when that is past. */
export function futureInstant(value: string | number | null | undefined, nowMs: number): number | null | undefined {
  if (value === undefined || value === null) return value;
  const at = instant(value, 'expires_at');
  if (at === undefined || at <= nowMs) throw invalidRequest('expires_at', 'must lie in the future.');
  return at;
}

export function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}

export function isoOrNull(atMs: number | null): string | null {
  return atMs === null ? null : iso(atMs);
}

function instant(value: string | number | undefined, param: string): number | undefined {
  if (value === undefined || value === '') return undefined;
  // A plus sign that was not escaped arrives as a space.
  const text = typeof value === 'string' ? value.replace(/ (\d{2}:?\d{2})$/, '+$1') : value;
  const at = parseInstant(text);
  if (at === undefined) throw invalidRequest(param, 'must be ISO 8601 or epoch milliseconds.');
  return at;
}
