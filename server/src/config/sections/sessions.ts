import { z } from 'zod';

/** People who signed in to the dashboard. */
export const sessionsSchema = z.strictObject({
  idle_minutes: z
    .number()
    .int()
    .positive()
    .max(10_080)
    .default(120)
    .describe('A session in which nothing is asked for so long is over, in minutes'),
  max_hours: z.number().int().positive().max(720).default(12).describe('A session is over after so long, in hours'),
  secure_cookie: z
    .enum(['auto', 'always'])
    .default('auto')
    .describe(
      'When the cookie may travel over TLS only: auto when a proxy that ended TLS says so in x-forwarded-proto, or always',
    ),
});
