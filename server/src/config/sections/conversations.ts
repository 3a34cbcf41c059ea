import { z } from 'zod';

const messages = z.number().int().min(1).max(100_000);
const tokens = z.number().int().min(1).max(10_000_000);

/** Conversations that Weir keeps. */
export const conversationsSchema = z.strictObject({
  window: z
    .strictObject({
      messages: messages.default(10).describe('Most messages besides the system prompt'),
      tokens: tokens.default(4000).describe('Most tokens of all messages, the system prompt included'),
    })
    .prefault({})
    .describe('How much of a conversation is sent; a conversation may say otherwise'),
  summary: z
    .strictObject({
      enabled: z
        .boolean()
        .default(false)
        .describe('What the window leaves out is told in a summary; a conversation may say otherwise'),
      model: z
        .string()
        .min(1)
        .optional()
        .describe('Route or provider/model that writes it; absent: the model of the call'),
      max_tokens: z.number().int().min(50).max(100_000).default(500).describe('Most tokens of it, part of the window'),
      timeout_ms: z
        .number()
        .int()
        .positive()
        .default(10_000)
        .describe('How long a call waits for it before it goes on with the one before or none, in milliseconds'),
    })
    .prefault({})
    .describe('A rolling summary, paid by who calls'),
  responses: z
    .strictObject({
      messages: messages.optional().describe('Most messages; absent: no limit'),
      tokens: tokens.optional().describe('Most tokens; absent: no limit'),
    })
    .prefault({})
    .describe('The same window for what previous_response_id brings along where Weir keeps the responses'),
  max_turns: z.number().int().min(1).max(100_000).default(10_000).describe('Turns of one conversation at most'),
  retention_days: z
    .number()
    .int()
    .positive()
    .max(36_500)
    .optional()
    .describe('How long conversations are kept after their last turn, in days; absent: for ever'),
});

export type ConversationSettings = z.infer<typeof conversationsSchema>;
