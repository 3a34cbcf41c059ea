import { z } from 'zod';
import { ROLES } from './key.ts';

export const newSessionSchema = z.strictObject({
  key: z.string().min(1).max(512).describe('A key with the role viewer, developer, operator or admin'),
});

/** Who asks, and what a browser needs to go on. */
export const sessionSchema = z.object({
  key_id: z.string(),
  name: z.string().describe('Name of the key'),
  role: z.enum(ROLES),
  project_id: z.string(),
  csrf_token: z
    .string()
    .nullable()
    .describe('Goes back as `x-weir-csrf` with every request that is no GET; null when the request came with a key'),
  expires_at: z
    .string()
    .nullable()
    .describe('ISO 8601; it ends earlier when nothing is asked for sessions.idle_minutes. Null with a key'),
});
export type SessionObject = z.infer<typeof sessionSchema>;

export const sessionEndSchema = z.object({ signed_out: z.boolean().describe('False when there was no session') });
