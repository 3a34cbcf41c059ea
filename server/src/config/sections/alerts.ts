import { z } from 'zod';
import { httpAddress } from './http-address.ts';

/** Shorter secrets could be guessed, and then anybody could forge an alert. */
const MIN_SECRET = 24;

export const alertsSchema = z
  .strictObject({
    webhook: httpAddress
      .optional()
      .describe('Address that gets every alert as a signed POST, Slack-compatible; absent: alerts are only logged'),
    secret: z
      .string()
      .min(MIN_SECRET, `must have at least ${MIN_SECRET} characters`)
      .optional()
      .describe(`What alerts are signed with (HMAC-SHA256), at least ${MIN_SECRET} characters; needed with webhook`),
    error_surge_count: z
      .number()
      .int()
      .positive()
      .default(20)
      .describe('Failed calls within a minute from which on a surge is told'),
    error_surge_ratio: z
      .number()
      .gt(0)
      .max(1)
      .default(0.5)
      .describe('Share of failed calls within the same minute that makes them a surge'),
    ledger_lag_ms: z
      .number()
      .int()
      .positive()
      .default(60_000)
      .describe('Age of the oldest record not yet in the database that is told, in milliseconds'),
    refused_keys: z
      .number()
      .int()
      .positive()
      .default(100)
      .describe('Requests with keys that are not valid, within a minute, from which on it is told'),
    key_surge_ratio: z
      .number()
      .gt(1)
      .default(10)
      .describe(
        'A key that does so many times what it did in its busiest minute is told, once it is known for an hour',
      ),
    key_surge_calls: z
      .number()
      .int()
      .positive()
      .default(100)
      .describe('Calls of a key within a minute below which it is not told...'),
    key_surge_usd: z.number().positive().default(1).describe('...unless they cost so much, in USD'),
  })
  .refine(({ webhook, secret }) => webhook === undefined || secret !== undefined, {
    path: ['secret'],
    message: `is needed with alerts.webhook: at least ${MIN_SECRET} characters`,
  });
