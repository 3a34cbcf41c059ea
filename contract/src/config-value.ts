import { z } from 'zod';

/** One value of the configuration in force. */
export const configValueSchema = z.object({
  setting: z.string().describe('Its place: retry.max_attempts'),
  value: z.unknown().describe('Secrets show their last characters only'),
  source: z.string().describe('flag, env NAME, file or default'),
});
export type ConfigValue = z.infer<typeof configValueSchema>;
