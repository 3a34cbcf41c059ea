import { z } from 'zod';

const amount = (text: string) => z.number().int().positive().optional().describe(text);

const limitsOf = (whom: string) =>
  z.strictObject({
    requests_per_minute: amount(`Calls of ${whom} in any minute; absent: no limit`),
    requests_per_day: amount(`Calls of ${whom} per UTC calendar day; absent: no limit`),
    tokens_per_minute: amount(`Tokens of ${whom}, prompts and replies, in any minute; absent: no limit`),
    tokens_per_day: amount(`Tokens of ${whom} per UTC calendar day; absent: no limit`),
    tokens_per_request: amount(
      `Prompt estimate and requested output of one call of ${whom}, in tokens; absent: no limit`,
    ),
    concurrency: amount(`Calls of ${whom} that run at the same time; absent: no limit`),
  });

export const limitsSchema = z.strictObject({
  key: limitsOf('each key').prefault({}).describe("Every key; a key's own limits replace them, name by name"),
  user: limitsOf('each user')
    .prefault({})
    .describe(
      "Every user of a project; a user's tier or own limits replace them, and calls without a user count against their key",
    ),
  project: limitsOf('each project').prefault({}).describe('Every project'),
  model: z
    .record(z.string().min(1), limitsOf('the model'))
    .default({})
    .describe('Single models or routes, by the name that clients send or by provider/model; over all projects'),
  tiers: z
    .record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/), limitsOf('each user of the tier'))
    .default({})
    .describe('Users of a tier (PUT /api/v1/users/{id}), each of them'),
  sampling: limitsOf('each user on /api/sampling')
    .extend({
      tokens_per_request: z
        .number()
        .int()
        .positive()
        .default(4000)
        .describe('Prompt estimate and requested output of one call on /api/sampling, in tokens'),
      tokens_per_day: z
        .number()
        .int()
        .positive()
        .default(100_000)
        .describe('Tokens of each user on /api/sampling per UTC calendar day'),
    })
    .prefault({})
    .describe("Each user on /api/sampling; a tier's or a user's own limits replace them"),
  llm: limitsOf('each user on /api/v1/llm')
    .extend({
      requests_per_minute: z
        .number()
        .int()
        .positive()
        .default(30)
        .describe('Calls of each user on /api/v1/llm in any minute'),
      requests_per_day: z
        .number()
        .int()
        .positive()
        .default(14_400)
        .describe('Calls of each user on /api/v1/llm per UTC calendar day'),
    })
    .prefault({})
    .describe("Each user on /api/v1/llm; a tier's or a user's own limits replace them"),
  shadow: z
    .boolean()
    .default(false)
    .describe('True: what these limits would refuse is counted in weir_limit_refusals_total and passes'),
});

export type LimitsConfig = z.infer<typeof limitsSchema>;
