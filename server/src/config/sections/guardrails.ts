import { createRequire } from 'node:module';
import { z } from 'zod';
import { httpAddress } from './http-address.ts';

/** Guardrails of the configuration file and of a project's policy: the same words in both places. */

const mode = z.enum(['off', 'monitor', 'redact', 'block']);
const strictMode = z.enum(['off', 'monitor', 'block']);

const builtIn = (what: string) =>
  z
    .union([
      mode,
      z.strictObject({
        mode: mode.optional().describe('off, monitor, redact or block, for requests and replies'),
        input: mode.optional().describe('For requests, instead of mode'),
        output: mode.optional().describe('For replies, instead of mode'),
        threshold: z
          .number()
          .gt(0)
          .max(1)
          .optional()
          .describe("Score from which it counts, 0 to 1; absent: the detector's own"),
      }),
    ])
    .optional()
    .describe(`${what}: off, monitor, redact or block; absent: as the API has it`);

const applies = z.enum(['both', 'input', 'output']).default('both').describe('Requests, replies or both');

const customSchema = z
  .strictObject({
    mode: mode.default('monitor').describe('What happens with a hit'),
    applies,
    pattern: z
      .string()
      .min(1)
      .max(2000)
      .refine(isLinearPattern, 'must be a regular expression of the RE2 syntax (no lookaround, no back-references)')
      .optional()
      .describe('Regular expression of the RE2 syntax, which runs in linear time'),
    words: z
      .array(z.string().min(1).max(200))
      .min(1)
      .max(10_000)
      .optional()
      .describe('Words or phrases, found whatever their case, never inside of longer words'),
    max_characters: z.number().int().positive().optional().describe('Longest text of one message, in characters'),
    max_lines: z.number().int().positive().optional().describe('Most lines of one message'),
    languages: z
      .array(z.string().regex(/^[a-z]{2}$/, 'must be an ISO 639-1 code like en'))
      .min(1)
      .optional()
      .describe('Languages that texts may be in, as ISO 639-1 codes; texts too short to tell pass'),
  })
  .refine(
    ({ pattern, words, max_characters, max_lines, languages }) =>
      [pattern, words, max_characters, max_lines, languages].filter((criterion) => criterion !== undefined).length ===
      1,
    'needs exactly one of pattern, words, max_characters, max_lines and languages',
  );

const judgeSchema = z.strictObject({
  model: z.string().min(1).describe('Route or provider/model that judges'),
  mode: strictMode.default('monitor').describe('What happens when it says block'),
  applies: applies.default('input'),
  instructions: z
    .string()
    .max(10_000)
    .optional()
    .describe('What it must refuse, in words; absent: attacks on the model and harmful content'),
  timeout_ms: z.number().int().positive().default(10_000).describe('Longest wait for its answer, in milliseconds'),
});

const modesSchema = {
  injection: builtIn('Prompt injection in requests'),
  harmful: builtIn('Harmful content'),
  pii: builtIn('Personal data'),
  secrets: builtIn('Keys, tokens and passwords'),
};

const customsSchema = z
  .record(z.string().regex(/^[a-z][a-z0-9_-]{0,63}$/, 'names are lower-case letters, digits, - and _'), customSchema)
  .default({})
  .describe('Guardrails of your own by name');

/** What a project may decide for itself. */
export const projectGuardrailsSchema = z.strictObject({
  ...modesSchema,
  custom: customsSchema,
  judge: judgeSchema.optional().describe('A model that is asked about every text'),
});

const API_NAMES = [
  'openai-chat',
  'openai-responses',
  'openai-completions',
  'openai-embeddings',
  'anthropic-messages',
  'sampling',
  'llm',
  'inference',
] as const;

export const guardrailsSchema = z.strictObject({
  ...modesSchema,
  apis: z
    .partialRecord(z.enum(API_NAMES), z.strictObject(modesSchema))
    .default({})
    .describe('Modes of single APIs, before the general ones'),
  custom: customsSchema,
  webhook: z
    .strictObject({
      url: httpAddress.describe('Is sent {direction, texts:[{text, origin}]}, answers {verdict}'),
      secret: z.string().min(1).optional().describe('Signs what is sent: HMAC-SHA256 in x-weir-signature'),
      mode: strictMode.default('monitor').describe('What happens when it says block'),
      applies: applies.default('input'),
      timeout_ms: z.number().int().positive().default(2000).describe('Longest wait for its answer, in milliseconds'),
    })
    .optional()
    .describe('A program of yours that is asked about every text'),
  judge: judgeSchema.optional().describe('A model that is asked about every text'),
  background: z
    .boolean()
    .default(true)
    .describe('The full detectors run for monitoring guardrails too, in a thread, while the call goes on'),
  background_share: z
    .number()
    .min(0)
    .max(1)
    .default(0.02)
    .describe(
      'Part of one processor core they may use for that, less the busier the server is; what does not fit is counted as unscanned',
    ),
  deadline_ms: z
    .number()
    .int()
    .positive()
    .default(1000)
    .describe('Longest wait for the full detectors where something redacts or blocks, in milliseconds'),
  on_error: z
    .enum(['block', 'pass'])
    .default('block')
    .describe('A check that failed or came too late, where something redacts or blocks: the call ends, or goes on'),
});

export type GuardrailsConfig = z.infer<typeof guardrailsSchema>;
export type ProjectGuardrails = z.infer<typeof projectGuardrailsSchema>;

/** The engine is loaded only where a pattern is configured. */
function isLinearPattern(pattern: string): boolean {
  const { RE2JS } = createRequire(import.meta.url)('re2js') as typeof import('re2js');
  try {
    RE2JS.compile(pattern);
    return true;
  } catch {
    return false;
  }
}
