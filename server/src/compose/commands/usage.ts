import { action } from '../../cli/action.ts';
import type { ActionGroup } from '../../cli/command.ts';
import { CONNECTION, connect, JSON_OPTION } from '../../cli/connection.ts';
import { CommandFailure, UsageError } from '../../cli/usage-error.ts';
import { isObject } from '../../kernel/json.ts';
import { usageTable } from './usage-table.ts';

const GROUPS = ['agent', 'model', 'provider', 'user', 'key', 'hour', 'day', 'tag', 'cache'];

const report = action({
  summary: 'Report calls, tokens and cost',
  options: {
    'group-by': { kind: 'text', value: 'A,B', about: `Any of ${GROUPS.join(', ')}; default model` },
    from: { kind: 'text', value: 'TIME', about: 'ISO 8601 or epoch ms, included; default 30 days ago' },
    to: { kind: 'text', value: 'TIME', about: 'ISO 8601 or epoch ms, excluded; default now' },
    project: { kind: 'text', value: 'ID', about: 'One project; default all that the key may see' },
    csv: { kind: 'flag', about: 'Print CSV' },
    json: JSON_OPTION,
    ...CONNECTION,
  },
  async run({ context, options }) {
    if (options.csv && options.json) throw new UsageError('Choose --csv or --json.');
    const groupBy = (options['group-by'] ?? 'model').split(',').map((name) => name.trim());
    const unknown = groupBy.find((name) => !GROUPS.includes(name));
    if (unknown !== undefined) throw new UsageError(`--group-by takes ${GROUPS.join(', ')}, not "${unknown}".`);
    const query = new URLSearchParams({ group_by: groupBy.join(',') });
    if (options.from !== undefined) query.set('from', options.from);
    if (options.to !== undefined) query.set('to', options.to);
    if (options.project !== undefined) query.set('project_id', options.project);
    if (options.csv) query.set('format', 'csv');
    const server = connect(options, context.environment);
    const path = `/api/v1/usage/report?${query}`;
    if (options.csv) {
      context.out((await server.text('GET', path)).trimEnd());
      return 0;
    }
    const reply = await server.json('GET', path);
    if (options.json) context.out(JSON.stringify(reply, null, 2));
    else if (isObject(reply)) context.out(usageTable(reply, groupBy, context.hasColours));
    else throw new CommandFailure('The server did not answer with a usage report.');
    return 0;
  },
});

export const usage: ActionGroup = { actions: { report } };
