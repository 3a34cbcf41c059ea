import { z } from 'zod';

/** The request bodies of the seed APIs. They validate the calls and describe them in OpenAPI. */

const text = z.string();
const name = z.string().min(1);

/** A text, or parts as the OpenAI wire writes them (text, image_url, input_audio, file). */
const content = z.union([text, z.array(z.looseObject({ type: name })).min(1)], {
  error: 'expected a string or an array of parts',
});

const message = z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content });
const messages = z.array(message).min(1);
/** Larger limits are mistakes, and arithmetic with them is not exact. */
const tokens = z.int().min(1).max(1_000_000_000);
const temperature = z.number().min(0).max(2);

/** A stored prompt; its messages come before those of the request. */
const storedPrompt = z
  .strictObject({
    name,
    label: name.optional(),
    version: z.int().min(1).optional(),
    variables: z.record(text, z.unknown()).optional(),
  })
  .describe('A stored prompt: its messages come first, its settings fill what the call does not say.');

/** POST /api/sampling/request */
export const samplingRequestSchema = z.strictObject({
  model: name.optional().describe('Absent: the primary provider decides.'),
  messages: messages.optional().describe('Needed without a stored prompt.'),
  prompt: storedPrompt.optional(),
  maxTokens: tokens.optional().describe('Most tokens of the reply.'),
  temperature: temperature.optional(),
  topP: z.number().min(0).max(1).optional(),
  stopSequences: z.array(name).optional(),
  stream: z.boolean().optional().describe('true: server-sent events delta, done, error.'),
});

const llmFields = {
  prompt: z
    .union([text.min(1), storedPrompt], { error: 'expected a text or a stored prompt {name, variables}' })
    .optional()
    .describe('One user message, instead of messages; or a stored prompt.'),
  messages: messages.optional(),
  system_prompt: text.optional().describe('Put before the messages.'),
  model: name.optional().describe('Absent: the primary provider decides.'),
  temperature: temperature.optional(),
  max_tokens: tokens.optional().describe('Most tokens of the reply.'),
  user_id: name.optional().describe('End-user label; x-user-id means the same.'),
  use_cache: z.boolean().optional().describe('false: neither read nor write the cache.'),
  template: name.optional().describe('Name of a stored prompt; bare names of the starter prompts work.'),
  variables: z.record(text, z.unknown()).optional().describe('Values for the template.'),
  stream: z.boolean().optional().describe('true: server-sent events delta, done, error.'),
};

/** POST /api/v1/llm/completion */
export const llmCompletionSchema = z.strictObject(llmFields);

/** POST /api/v1/llm/chat */
export const llmChatSchema = z.strictObject({
  ...llmFields,
  conversation_id: name.optional().describe('Goes on with a conversation; absent: a new one begins.'),
});

/** POST /api/v1/inference */
export const inferenceSchema = z.strictObject({
  model: name,
  inputs: z
    .union([text.min(1), z.array(z.unknown()), z.record(text, z.unknown())], {
      error: 'expected a text or a JSON value',
    })
    .optional()
    .describe(
      'A text for chat models; whatever the task of a HuggingFace model takes. Needed without a stored prompt.',
    ),
  prompt: storedPrompt.optional(),
  provider: name,
  config: z.record(text, z.unknown()).optional().describe('Model settings: temperature, max_tokens and the like.'),
  user_id: name.optional().describe('End-user label; x-user-id means the same.'),
  stream: z.boolean().optional().describe('true: server-sent events delta, done, error.'),
});
