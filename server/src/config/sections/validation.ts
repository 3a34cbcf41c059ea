import { z } from 'zod';

const mode = z
  .enum(['off', 'check', 'repair'])
  .describe(
    'What happens to a reply that must be JSON: nothing; an invalid one is an error; an invalid one is mended, asked for again, and only then an error',
  );
const reasks = z
  .number()
  .int()
  .min(0)
  .max(5)
  .describe('How often a call may ask the model again, with the problems; each time is paid and recorded');
const stream = z
  .enum(['hold', 'check'])
  .describe(
    'Streams that asked for JSON: hold keeps the text back until it is valid; check lets it through and tells the verdict at the end',
  );
const otherwise = z
  .json()
  .optional()
  .describe('Answer when no valid reply could be had: a JSON value that fits the schema; absent: error reply.invalid');

/** What a route, or a project for its calls, decides for itself. */
export const ownValidationSchema = z.strictObject({
  mode: mode.optional(),
  max_reasks: reasks.optional(),
  stream: stream.optional(),
  default: otherwise,
});

export const validationSchema = z.strictObject({
  mode: mode.default('repair'),
  max_reasks: reasks.default(1),
  stream: stream.default('hold'),
  default: otherwise,
  routes: z
    .record(z.string().min(1).max(128), ownValidationSchema)
    .default({})
    .describe('Other settings for single routes or model names'),
  max_schema_characters: z
    .number()
    .int()
    .positive()
    .default(131_072)
    .describe('Largest JSON Schema of a call, in characters of its JSON'),
  max_schema_depth: z.number().int().positive().max(200).default(64).describe('How deep a JSON Schema may be'),
  deadline_ms: z
    .number()
    .int()
    .positive()
    .default(2000)
    .describe('Longest time of one check, in milliseconds; a check that takes longer is an invalid reply'),
});

export type OwnValidation = z.infer<typeof ownValidationSchema>;
