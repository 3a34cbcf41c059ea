import { describe, expect, test } from 'vitest';
import { logSourceSchema } from './log-sources.ts';
import { logsSchema } from './logs.ts';

const problems = (settings: object) =>
  logSourceSchema.safeParse(settings).error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? [];

describe('a log source', () => {
  test.each([
    { type: 'file', paths: ['/var/log/app.log'], service: 'web' },
    { type: 'posthog', url: 'https://eu.posthog.com', project_id: 1, api_key: 'phx_1' },
    { type: 'clickhouse', url: 'http://reader:secret@127.0.0.1:8123/posthog', team_id: 1, table: 'logs34' },
    { type: 'loki', url: 'https://loki.example', labels: { cluster: 'eu' }, tenant: 'a', token: 'b' },
  ])('is one with %j, for the project default', (settings) => {
    expect(problems(settings)).toEqual([]);
    expect(logSourceSchema.parse(settings).projects).toEqual(['default']);
  });

  test.each<[object, string]>([
    [{ type: 'file' }, 'paths is needed for the type file'],
    [{ type: 'posthog', url: 'https://eu.posthog.com', api_key: 'k' }, 'project_id is needed for the type posthog'],
    [{ type: 'loki', url: 'http://l', api_key: 'k' }, 'api_key is not of the type loki, which has url, labels'],
    [{ type: 'file', paths: ['a'], team_id: 1 }, 'team_id is not of the type file'],
    [{ type: 'clickhouse', url: 'http://c', table: 'logs; DROP TABLE x' }, 'table '],
    [{ type: 'clickhouse', url: 'tcp://c:9000' }, 'url '],
    [{ type: 'loki', url: 'http://l', service_label: 'a b' }, 'service_label must be the name of a label'],
    [{ type: 'kafka' }, 'type '],
  ])('%j is told: %s', (settings, problem) => {
    expect(problems(settings).join('\n')).toContain(problem);
  });

  test.each(['otlp', 'pushed', 'Upper', 'a b'])('cannot be called %j', (name) => {
    expect(logsSchema.safeParse({ sources: { [name]: { type: 'file', paths: ['a'] } } }).success).toBe(false);
  });
});
