import { z } from 'zod';

export const newProjectSchema = z.strictObject({
  name: z.string().trim().min(1).max(128).describe('Unique among the projects'),
});

/** The tenant: keys belong to it. */
export const projectSchema = z.object({
  id: z.string(),
  name: z.string(),
  created_at: z.string().describe('ISO 8601'),
});
export type ProjectObject = z.infer<typeof projectSchema>;
