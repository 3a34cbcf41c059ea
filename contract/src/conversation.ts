import { z } from 'zod';

const windowSchema = z.strictObject({
  messages: z.number().int().min(1).max(100_000).optional().describe('Most messages besides the system prompt'),
  tokens: z.number().int().min(1).max(10_000_000).optional().describe('Most tokens, the system prompt included'),
});

const metadata = z.record(z.string().max(64), z.string().max(512));

export const newConversationSchema = z.strictObject({
  project_id: z.string().min(1).optional().describe("Absent: the key's own; for admins the project default"),
  user_id: z.string().min(1).max(256).optional().describe('End-user label, for erasing per user'),
  title: z.string().min(1).max(512).optional(),
  metadata: metadata
    .refine((fields) => Object.keys(fields).length <= 16, 'must have at most 16 fields')
    .optional()
    .describe('Up to 16 texts of your own'),
  system: z.string().min(1).optional().describe('System prompt; calls that bring their own replace it'),
  window: windowSchema.optional().describe('How much of it is sent; absent fields: conversations.window decides'),
  summary: z
    .boolean()
    .optional()
    .describe('Is what the window leaves out told in a summary? Absent: conversations.summary.enabled decides'),
});

export const conversationSchema = z.object({
  id: z.string(),
  project_id: z.string(),
  user_id: z.string().nullable(),
  title: z.string().nullable(),
  metadata: metadata,
  window: windowSchema.describe('What differs from the configuration'),
  summary: z.boolean().nullable().describe('null: the configuration decides'),
  turns: z.number().int().nonnegative().describe('Calls that were added; each is one turn'),
  forked_from: z
    .object({ id: z.string(), at: z.number().int().nonnegative() })
    .nullable()
    .describe('The conversation it was forked from, and the last turn that came along'),
  created_at: z.string().describe('ISO 8601'),
  updated_at: z.string().describe('ISO 8601; of the last turn'),
});
export type ConversationObject = z.infer<typeof conversationSchema>;

export const conversationMessageSchema = z.looseObject({
  turn: z.number().int().positive().describe('The turn it belongs to, from 1'),
  request_id: z.string().nullable().describe('The call that brought it'),
  created_at: z.string().describe('ISO 8601'),
  model: z.string().nullable().describe("Of the assistant's messages; null: of nobody's"),
  role: z.string().describe('system, developer, user, assistant or tool'),
});
export type ConversationMessage = z.infer<typeof conversationMessageSchema>;

export const conversationForkSchema = z.strictObject({
  at: z.number().int().nonnegative().optional().describe('The last turn that comes along; absent: all do'),
});

export const conversationExportSchema = z.object({
  conversation: conversationSchema,
  messages: z.array(conversationMessageSchema),
});

export const conversationDeletedSchema = z.object({ id: z.string(), deleted: z.literal(true) });
