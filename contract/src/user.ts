import { z } from 'zod';
import { limitsSchema } from './key.ts';

export const userWriteSchema = z.strictObject({
  project_id: z.string().min(1).optional().describe("Absent: `default` for admins, otherwise the caller's project"),
  tier: z
    .string()
    .min(1)
    .max(64)
    .nullable()
    .optional()
    .describe('One of limits.tiers of the configuration; null: none'),
  limits: limitsSchema.nullable().optional().describe("Replace the tier's and the configuration's, name by name"),
});

/** What is set for an end user; users without settings need no such object. */
export const userObjectSchema = z.object({
  id: z.string(),
  project_id: z.string(),
  tier: z.string().nullable(),
  limits: limitsSchema,
});
export type UserObject = z.infer<typeof userObjectSchema>;
