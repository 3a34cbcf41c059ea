import { z } from 'zod';

const componentStatus = z.enum(['healthy', 'degraded', 'unhealthy', 'disabled']);

export const healthSchema = z.object({
  status: z.enum(['healthy', 'degraded', 'unhealthy']).describe('unhealthy: Weir itself cannot work, the reply is 503'),
  components: z.object({
    database: componentStatus,
    redis: componentStatus.describe('disabled: none is configured'),
    workers: componentStatus.describe('The event loop and the threads behind it: degraded when they lag'),
    llm_providers: z.record(
      z.string(),
      z.object({
        status: componentStatus,
        response_time_ms: z.number().nullable().describe('Smoothed; null: not known'),
        model: z.string().nullable().describe('The model the status was seen on'),
        error: z.string().optional().describe('Why it is not healthy'),
      }),
    ),
  }),
  worker_threads: z
    .object({ configured: z.number().int(), serving: z.number().int() })
    .optional()
    .describe('Absent: one thread serves'),
});
