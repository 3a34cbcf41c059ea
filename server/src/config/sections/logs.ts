import { z } from 'zod';
import { logSourceSchema } from './log-sources.ts';

/** Adaptive log sampling. */
export const logsSchema = z.strictObject({
  price_per_gb_usd: z
    .number()
    .positive()
    .default(0.5)
    .describe('What keeping a gigabyte (10^9 bytes) of logs costs, in USD; turns cost targets into bytes'),
  boost_minutes: z
    .number()
    .int()
    .min(1)
    .max(1440)
    .default(15)
    .describe('How long a boost is on after something unusual'),
  boost_max_bytes_per_hour: z
    .number()
    .int()
    .nonnegative()
    .default(1_000_000_000)
    .describe('Most bytes an hour that all boosts of a service together may add; 0: no boosts'),
  window_mb: z
    .number()
    .int()
    .min(1)
    .max(65_536)
    .default(64)
    .describe(
      'Memory for the lines that /v1/logs and files bring, in MiB; the service with most gives up its oldest ones',
    ),
  sources: z
    .record(
      z.string().regex(/^(?!(pushed|otlp)$)[a-z0-9][a-z0-9._-]{0,63}$/, 'must be a name that is not pushed or otlp'),
      logSourceSchema,
    )
    .default({})
    .describe('Log sources by name'),
});
