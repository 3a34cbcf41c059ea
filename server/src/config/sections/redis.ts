import { z } from 'zod';

export const redisSchema = z.strictObject({
  url: z
    .url({ protocol: /^rediss?$/, error: 'must be an address that begins with redis:// or rediss://' })
    .optional()
    .describe('Redis or Valkey that replicas share; absent: each process keeps its own state'),
});
