import { errorEnvelopeSchema } from '@weir/contract';
import { z } from 'zod';
import type { ErrorShape } from '../route.ts';

/** How errors look, by the shape that a route declares. */
export const ERROR_SCHEMAS: Readonly<Record<ErrorShape, { name: string; schema: z.ZodType }>> = {
  weir: { name: 'WeirError', schema: errorEnvelopeSchema },
  openai: {
    name: 'OpenAiError',
    schema: z.object({
      error: z.looseObject({
        message: z.string(),
        type: z.string(),
        param: z.string().nullable(),
        code: z.string().nullable(),
      }),
    }),
  },
  anthropic: {
    name: 'AnthropicError',
    schema: z.looseObject({
      type: z.literal('error'),
      error: z.looseObject({ type: z.string(), message: z.string() }),
    }),
  },
};
