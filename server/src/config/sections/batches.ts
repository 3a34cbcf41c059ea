import { z } from 'zod';

export const batchesSchema = z.strictObject({
  concurrency: z
    .number()
    .int()
    .positive()
    .max(1000)
    .default(4)
    .describe('Lines of one batch that Weir runs at the same time'),
  max_lines: z.number().int().positive().default(50_000).describe('Most lines of a batch that Weir runs'),
});
