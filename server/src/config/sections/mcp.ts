import { z } from 'zod';
import { budgetTerms } from './budgets.ts';
import { httpAddress } from './http-address.ts';

const MIB = 2 ** 20;

/** Settings that only one of the two kinds of servers has. */
const OF_PROCESS = ['args', 'env', 'cwd', 'broker'] as const;
const OF_ADDRESS = ['headers'] as const;
const OF_BROKER = /^(OPENAI|ANTHROPIC)_(BASE_URL|API_KEY)$/;

const brokerSchema = z.strictObject({
  models: z
    .array(z.string().min(1))
    .optional()
    .describe('Models and routes that the key of the server may use; absent: all'),
});

const samplingSchema = z.strictObject({
  models: z
    .array(z.string().min(1))
    .min(1)
    .describe("Models and routes it may ask; the first that its hints name answers, else the list's first"),
  max_tokens: z.number().int().positive().default(1000).describe('Most output tokens of one answer'),
  max_rounds: z.number().int().positive().default(5).describe('Most answers within one call of a tool'),
});

const serverSchema = z
  .strictObject({
    command: z
      .string()
      .min(1)
      .optional()
      .describe('Program that is started and asked over its standard streams; this or url'),
    args: z.array(z.string()).optional().describe('Arguments of command'),
    env: z
      .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string())
      .optional()
      .describe('Environment of command besides PATH, HOME, USER, SHELL and TERM; nothing else of ours reaches it'),
    cwd: z.string().min(1).optional().describe("Directory of command; absent: Weir's own"),
    url: httpAddress
      .optional()
      .describe('Address of a server with Streamable HTTP; private addresses must be in egress.allow; this or command'),
    headers: z.record(z.string(), z.string()).optional().describe('Headers of every request to url'),
    projects: z
      .array(z.string().min(1))
      .default(['default'])
      .describe('Ids or names of the projects whose runs may use it; * for all'),
    timeout_ms: z
      .number()
      .int()
      .positive()
      .default(60_000)
      .describe('One question, from its start to its whole answer, in milliseconds'),
    max_result_bytes: z.number().int().positive().default(MIB).describe('Largest answer to one question, in bytes'),
    budget: z
      .strictObject(budgetTerms)
      .optional()
      .describe('How much calls of the server to models may cost, with its own key and by sampling together'),
    broker: brokerSchema
      .optional()
      .describe(
        'With it (`broker: {}`) command gets a key and the address of Weir as OPENAI_API_KEY, OPENAI_BASE_URL, ANTHROPIC_API_KEY and ANTHROPIC_BASE_URL',
      ),
    sampling: samplingSchema
      .optional()
      .describe(
        'With it the server may ask models while a tool is called (sampling/createMessage), at the cost of the caller',
      ),
    elicitation: z
      .boolean()
      .default(false)
      .describe(
        'May the server ask people while a tool is called? Its questions stand in the inbox, and the call waits as long as timeout_ms allows',
      ),
  })
  .superRefine((server, context) => {
    const say = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message });
    if ((server.command === undefined) === (server.url === undefined)) say('command', 'is needed, or url; not both');
    const foreign = server.command === undefined ? OF_PROCESS : OF_ADDRESS;
    const kind = server.command === undefined ? 'command' : 'url';
    const brokered = Object.keys(server.broker === undefined ? {} : (server.env ?? {})).find((key) =>
      OF_BROKER.test(key),
    );
    if (brokered !== undefined) say('env', `${brokered} is what broker sets; leave one of them out`);
    for (const key of foreign) if (server[key] !== undefined) say(key, `is only for servers with ${kind}`);
  });

/** Tool servers; only the file can name them. */
export const mcpSchema = z.strictObject({
  servers: z
    .record(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'must be a short lower-case name'), serverSchema)
    .default({})
    .describe('Servers by name'),
});

export type ToolServerConfig = z.infer<typeof serverSchema>;
