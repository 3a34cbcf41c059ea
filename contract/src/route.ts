import { z } from 'zod';

const strategy = z
  .enum(['fallback', 'weighted', 'least-latency', 'least-cost'])
  .describe('fallback: in order · weighted: drawn by weight · least-latency, least-cost: the best first');
const timeoutMs = z.number().int().positive().max(3_600_000);
const model = z.string().min(1).max(256).describe('provider/model, or a known model name');

const target = z.strictObject({
  model,
  weight: z.number().nonnegative().optional().describe('Share of calls of a weighted route; default 1'),
  timeout_ms: timeoutMs.optional().describe('Limit of one attempt on this target, in milliseconds'),
});

export const routeWriteSchema = z.strictObject({
  name: z.string().trim().min(1).max(128).describe('The model name that clients send'),
  strategy: strategy.optional().describe('Default fallback'),
  targets: z
    .array(z.union([model, target]))
    .min(1)
    .max(50),
  timeout_ms: timeoutMs.optional().describe('Limit of a whole call, in milliseconds'),
  sticky: z.boolean().optional().describe('Calls of one session go to the same target while it works'),
  cache: z
    .boolean()
    .optional()
    .describe('Do calls use the reply cache when neither they nor their key say? Absent: the configuration decides'),
});

export const routeObjectSchema = z.object({
  name: z.string(),
  strategy,
  targets: z.array(z.object({ model: z.string(), weight: z.number(), timeout_ms: z.number().nullable() })),
  timeout_ms: z.number().nullable(),
  sticky: z.boolean(),
  cache: z.boolean().nullable().describe('null: the configuration decides'),
  source: z.enum(['file', 'api']).describe('file: read-only here'),
});
export type RouteObject = z.infer<typeof routeObjectSchema>;
