import { z } from 'zod';

const seconds = (text: string) => z.number().positive().describe(`${text}, in seconds`);

const exactSchema = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe('Do calls use it when neither the request (x-weir-cache), nor its key, nor its route say?'),
  llm: z.boolean().default(true).describe('The same for the seed API /api/v1/llm'),
  ttl_s: seconds('How long a reply is given again').default(3600),
  max_bytes: z
    .number()
    .int()
    .min(1024)
    .default(134_217_728)
    .describe('Most memory of replies in one process, in bytes; the least recently used go first'),
  max_reply_bytes: z.number().int().positive().default(1_048_576).describe('Larger replies are not kept, in bytes'),
  redis_timeout_ms: z
    .number()
    .int()
    .positive()
    .default(100)
    .describe('How long a call waits for Redis before it goes on without, in milliseconds'),
});

const semanticSchema = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe('Also give replies to requests that mean the same; only for calls that use the exact cache'),
  model: z
    .string()
    .min(1)
    .default('openai/text-embedding-3-small')
    .describe('Embedding model, called through Weir itself: it is recorded and paid for'),
  threshold: z
    .number()
    .gt(0)
    .max(1)
    .default(0.95)
    .describe('Least cosine similarity of the last user messages, 0..1; 1 is the same direction'),
  max_entries: z.number().int().positive().default(10_000).describe('Most vectors of one process'),
  timeout_ms: z
    .number()
    .int()
    .positive()
    .default(2000)
    .describe('How long a call waits for its embedding before it goes on without, in milliseconds'),
});

export const cacheSchema = z.strictObject({
  exact: exactSchema.prefault({}).describe('The same request, told by its hash'),
  semantic: semanticSchema.prefault({}).describe('A request that means the same, told by embeddings'),
});

/** What a project decides for its own calls. */
export const projectCacheSchema = z.strictObject({
  enabled: z
    .boolean()
    .optional()
    .describe('Do its calls use the exact cache when neither the request, nor the key, nor the route say?'),
  ttl_s: seconds('How long a reply is given again').optional(),
  semantic: z
    .strictObject({
      enabled: z.boolean().optional().describe('Also replies to requests that mean the same'),
      threshold: z.number().gt(0).max(1).optional().describe('Least cosine similarity, 0..1'),
    })
    .prefault({})
    .describe('The semantic cache'),
});

export type ProjectCache = z.infer<typeof projectCacheSchema>;
