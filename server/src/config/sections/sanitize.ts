import { z } from 'zod';

const mode = z.enum(['none', 'escape', 'strip-active']);

const apis = z
  .strictObject({
    'openai-chat': mode.optional().describe('Replies of /v1/chat/completions'),
    'openai-responses': mode.optional().describe('Replies of /v1/responses'),
    'openai-completions': mode.optional().describe('Replies of /v1/completions'),
    'anthropic-messages': mode.optional().describe('Replies of /v1/messages'),
    sampling: mode.optional().describe('Replies of /api/sampling/request, instead of json and text'),
    llm: mode.optional().describe('Replies of /api/v1/llm, instead of json and text'),
    inference: mode.optional().describe('Replies of /api/v1/inference, instead of json and text'),
  })
  .prefault({})
  .describe('Every reply of an API; streams are held back until they are whole');

export const sanitizeSchema = z.strictObject({
  json: mode
    .default('strip-active')
    .describe('JSON replies of the seed APIs: scripts, event handlers, script addresses and control characters go'),
  text: mode.default('none').describe('Other replies of the seed APIs; anything but none destroys code in them'),
  apis,
  routes: z
    .record(z.string().min(1).max(128), mode)
    .default({})
    .describe('Every reply of a route or model name, before what its API says'),
});

/** What a project decides for its own replies. */
export const projectSanitizeSchema = z.strictObject({
  json: mode.optional().describe('JSON replies of the seed APIs'),
  text: mode.optional().describe('Other replies of the seed APIs'),
  apis,
});

export type ProjectSanitize = z.infer<typeof projectSanitizeSchema>;
