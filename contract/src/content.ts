import { z } from 'zod';

/** What was said in one call, where its project keeps that. */
export const keptContentSchema = z.object({
  request_id: z.string(),
  user_id: z.string().nullable(),
  created_at: z.string().describe('ISO 8601; when it was stored'),
  mode: z.enum(['redacted', 'full']),
  request: z.string().nullable().describe("The client's body; null: none is kept"),
  reply: z
    .string()
    .nullable()
    .describe('The reply\'s body, or the events of a stream; redacted streams: {"texts": [...]}; null: none is kept'),
  truncated: z.boolean().describe('One of them was longer than capture.max_bytes'),
});
export type KeptContentObject = z.infer<typeof keptContentSchema>;

export const erasedSchema = z.object({
  erased: z
    .number()
    .int()
    .nonnegative()
    .describe('How many prompts with replies, conversations, responses and files are gone'),
});
