import { z } from 'zod';

const count = z.number().int().nonnegative();

/** A tool server of the configuration file as it is in this process. */
export const toolServerSchema = z.object({
  name: z.string(),
  transport: z.enum(['stdio', 'http']),
  state: z.enum(['idle', 'connected', 'down']).describe('idle: nobody asked it yet'),
  protocol: z.string().nullable().describe('Revision of the protocol; null while not connected'),
  tools: z
    .object({
      callable: count,
      quarantined: z
        .array(z.string())
        .readonly()
        .describe('Changed since they were trusted; the inbox has what changed'),
      refused: count.describe('Never offered: names that could look like others, definitions without bounds'),
    })
    .nullable()
    .describe('null: nobody asked it yet'),
  error: z.string().nullable().describe('Why it is down'),
});
export type ToolServerObject = z.infer<typeof toolServerSchema>;

const json = z.record(z.string(), z.unknown());

/** A tool as its server describes it; what it says of itself is not checked. */
export const toolSchema = z.object({
  name: z.string(),
  description: z.string(),
  input_schema: json.describe('JSON Schema of the arguments'),
  output_schema: json.nullable().describe('JSON Schema of structured results; null: it has none'),
  read_only: z.boolean(),
  idempotent: z.boolean().describe('Calling it again with the same arguments changes nothing more'),
  destructive: z.boolean(),
});

export const toolCallSchema = z.strictObject({
  arguments: json.optional().describe('As its input schema wants them; absent: none'),
});

export const toolCallResultSchema = z.object({
  output: z.unknown().describe('Structured content, else text that is JSON, else text'),
  raw: json.describe('The result as the server gave it'),
});
