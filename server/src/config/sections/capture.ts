import { z } from 'zod';

const content = z.enum(['off', 'redacted', 'full']);
const retentionDays = z.number().int().positive().max(36_500);

/** Whether prompts and replies are stored. */
export const captureSchema = z.strictObject({
  content: content
    .default('off')
    .describe(
      "Prompts and replies of calls, encrypted: off, redacted (without personal data and secrets) or full; a project's policy may say otherwise",
    ),
  retention_days: retentionDays.default(30).describe('How long they are kept, in days'),
  max_bytes: z
    .number()
    .int()
    .positive()
    .max(8_388_608)
    .default(262_144)
    .describe('Most that is kept of a prompt, and of a reply, in bytes'),
});

/** What a project's policy may say of it; absent: the configuration's word holds. */
export const projectCaptureSchema = z.strictObject({
  content: content.optional().describe('off, redacted or full'),
  retention_days: retentionDays.optional().describe('How long prompts and replies are kept, in days'),
});

export type ProjectCapture = z.infer<typeof projectCaptureSchema>;
