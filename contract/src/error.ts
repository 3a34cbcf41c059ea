import { z } from 'zod';

/** Every error outside the OpenAI and Anthropic wires. */
export const errorEnvelopeSchema = z.object({
  success: z.literal(false),
  error: z.object({
    code: z.string().describe('One of the codes of the error reference, such as request.invalid'),
    message: z.string(),
    details: z.record(z.string(), z.unknown()).optional().describe('type, param, request_id and what the code adds'),
  }),
  timestamp: z.string().describe('ISO 8601'),
});
export type ErrorEnvelope = z.infer<typeof errorEnvelopeSchema>;
