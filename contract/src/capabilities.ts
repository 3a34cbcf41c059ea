import { z } from 'zod';

const modelCapabilities = z.object({
  id: z.string(),
  operations: z.array(z.string()),
  features: z.array(z.string()),
  context_window: z.number().nullable().describe('Tokens; null when unknown'),
  max_output_tokens: z.number().nullable().describe('Tokens; null when unknown'),
  aliases: z.array(z.string()),
});

export const capabilitiesSchema = z.object({
  object: z.literal('list'),
  data: z.array(
    z.object({
      provider: z.string(),
      title: z.string(),
      operations: z.array(z.string()),
      wires: z.array(z.string()).describe('Chat wires it is spoken to in, the preferred one first'),
      models: z.array(modelCapabilities),
    }),
  ),
});
