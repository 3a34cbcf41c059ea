import { z } from 'zod';

/** POST /api/v1/validate */
export const validateRequestSchema = z.strictObject({
  response: z
    .unknown()
    .refine((value) => value !== undefined, 'is required')
    .describe('What a model said: its text, or JSON that was parsed already'),
  expected_format: z
    .enum(['json', 'text'])
    .optional()
    .describe('Absent: json when there is a schema or the response is not a text, else text'),
  schema: z.record(z.string(), z.unknown()).optional().describe('JSON Schema (2020-12) that the JSON must fit'),
  sanitize: z
    .enum(['none', 'escape', 'strip-active'])
    .optional()
    .describe('Absent: strip-active for JSON, none for text'),
});

export const validateReplySchema = z.object({
  is_valid: z.boolean().describe('As it came, it is what was expected'),
  sanitized_content: z
    .unknown()
    .describe(
      'What is good to use: the JSON value or the text; of an invalid response what could be recovered, else null',
    ),
  errors: z
    .array(
      z.object({
        error_type: z.enum(['syntax', 'schema', 'size', 'truncated', 'schema_invalid', 'unchecked']),
        message: z.string().describe('Never holds values of the response'),
        path: z.string().describe("JSON Pointer; '' for the whole"),
        recoverable: z.boolean().describe('Mending, extraction or asking again may help'),
      }),
    )
    .describe('Empty when it is valid'),
});
