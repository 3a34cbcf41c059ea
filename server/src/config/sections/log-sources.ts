import { z } from 'zod';

const TYPES = ['file', 'posthog', 'clickhouse', 'loki'] as const;
type Type = (typeof TYPES)[number];

/** Settings of each type besides those of all; `!`: it must be there. */
const SETTINGS: Readonly<Record<Type, readonly string[]>> = {
  file: ['paths!', 'service', 'last_bytes'],
  posthog: ['url!', 'project_id!', 'api_key!', 'page_lines'],
  clickhouse: [
    ...['url!', 'database', 'table', 'team_id', 'user', 'password', 'page_lines'],
    ...['max_execution_time_s', 'max_bytes_to_read'],
  ],
  loki: ['url!', 'labels', 'service_label', 'tenant', 'user', 'password', 'token', 'page_lines'],
};
const OF_ALL = ['type', 'projects'];

const identifier = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const label = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of a label');

/** Where the lines of log sampling come from. */
export const logSourceSchema = z
  .strictObject({
    type: z.enum(TYPES).describe('Kind of source'),
    projects: z
      .array(z.string().min(1))
      .default(['default'])
      .describe('Ids or names of the projects whose keys may read it; * for all'),
    paths: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('file: log files, plain text or NDJSON; they are followed over rotations'),
    service: z
      .string()
      .min(1)
      .optional()
      .describe('file: service whose lines they are; absent: of whichever is asked for'),
    last_bytes: z
      .number()
      .int()
      .nonnegative()
      .optional()
      .describe('file: how much of the end of each file is read at the start, in bytes; absent: 16777216'),
    url: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe(
        "posthog: address of the application; clickhouse: http://user:password@host:8123/database, the HTTP interface; loki: what stands before /loki/api/v1 (PostHog's is https://eu.posthog.com/api/projects/ID/logs)",
      ),
    project_id: z.number().int().positive().optional().describe('posthog: number of the project'),
    api_key: z.string().min(1).optional().describe('posthog: personal API key with logs:read'),
    database: z
      .string()
      .regex(identifier)
      .optional()
      .describe('clickhouse: database of the logs; absent: that of url, or default'),
    table: z.string().regex(identifier).optional().describe("clickhouse: table; absent: the newest of PostHog's logs"),
    team_id: z.number().int().positive().optional().describe("clickhouse: PostHog's team; absent: as requests say"),
    max_execution_time_s: z
      .number()
      .int()
      .positive()
      .optional()
      .describe('clickhouse: how long one question may take, in seconds; absent: 30'),
    max_bytes_to_read: z
      .number()
      .int()
      .positive()
      .optional()
      .describe('clickhouse: how much one question may read, in bytes; absent: 10000000000'),
    labels: z.record(label, z.string()).optional().describe('loki: labels that all lines must have'),
    service_label: label.optional().describe('loki: label with the name of the service; absent: service_name'),
    tenant: z.string().min(1).optional().describe('loki: X-Scope-OrgID'),
    user: z.string().min(1).optional().describe('clickhouse, loki: user; for ClickHouse one that may only read'),
    password: z.string().optional().describe('clickhouse, loki: password of user'),
    token: z.string().min(1).optional().describe('loki: bearer token'),
    page_lines: z
      .number()
      .int()
      .min(1)
      .max(50_000)
      .optional()
      .describe('Lines of one answer; absent: 1000 of PostHog (its most), 2000 of ClickHouse, 5000 of Loki (its most)'),
  })
  .superRefine((source, context) => {
    const known = SETTINGS[source.type];
    const say = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message });
    const names = known.map((key) => key.replace('!', ''));
    for (const [key, value] of Object.entries(source)) {
      const isOther = value !== undefined && !OF_ALL.includes(key) && !names.includes(key);
      if (isOther) say(key, `is not of the type ${source.type}, which has ${names.join(', ')}`);
    }
    for (const key of known) {
      const needed = key.endsWith('!') ? key.slice(0, -1) : undefined;
      if (needed !== undefined && !(needed in source)) say(needed, `is needed for the type ${source.type}`);
    }
  });

export type LogSourceConfig = z.infer<typeof logSourceSchema>;
