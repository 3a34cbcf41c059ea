import { action } from '../../cli/action.ts';
import type { ActionGroup } from '../../cli/command.ts';
import { JSON_OPTION } from '../../cli/connection.ts';
import { formatTable } from '../../cli/table.ts';
import { chosenAdminKey, refuseOpenHost } from '../../config/admin-key.ts';
import { CONFIG, configFrom, DATA_DIR, DEFAULT_DATA_DIR } from './config-options.ts';
import { explainStart } from './explain-start.ts';
import { unresolvedTargets } from './unresolved-targets.ts';

const check = action({
  summary: 'Check the configuration without starting anything',
  options: { ...CONFIG, json: JSON_OPTION },
  notes: ['Reads the file and the environment as "weir serve" does, and names every problem.'],
  async run({ context, options }) {
    const loaded = configFrom(options, context.environment);
    chosenAdminKey(context.environment);
    refuseOpenHost(loaded.config.server.host, context.environment);
    const problems = unresolvedTargets(loaded.config, context.environment);
    if (options.json) context.out(JSON.stringify({ valid: problems.length === 0, problems }, null, 2));
    else if (problems.length === 0) context.out('The configuration is valid.');
    else for (const problem of problems) context.err(`weir: ${problem}`);
    return problems.length === 0 ? 0 : 2;
  },
});

const explain = action({
  summary: 'Print every value of the configuration and where it came from',
  options: {
    ...CONFIG,
    host: { kind: 'text', value: 'HOST', about: 'As "weir serve" would be given it' },
    port: { kind: 'number', value: 'PORT', about: 'As "weir serve" would be given it' },
    ...DATA_DIR,
    json: JSON_OPTION,
  },
  notes: [
    'Sources: flag, env NAME, file, default, API. What was made by API is read from the data directory. Secrets are masked.',
  ],
  async run({ context, options }) {
    const loaded = configFrom(options, context.environment);
    const dataDir = options['data-dir'] ?? DEFAULT_DATA_DIR;
    const values = explainStart({ loaded, environment: context.environment, dataDir });
    if (options.json) {
      context.out(JSON.stringify({ data: values }, null, 2));
      return 0;
    }
    const rows = values.map(({ setting, value, source }) => [setting, shown(value), source]);
    context.out(
      formatTable([{ title: 'setting' }, { title: 'value' }, { title: 'from' }], rows, { colours: context.hasColours }),
    );
    return 0;
  },
});

export const config: ActionGroup = { actions: { check, explain } };

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
