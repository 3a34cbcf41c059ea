import { action } from '../../cli/action.ts';
import type { ActionGroup } from '../../cli/command.ts';
import { JSON_OPTION } from '../../cli/connection.ts';
import { formatTable } from '../../cli/table.ts';
import { chosenAdminKey, refuseOpenHost } from '../../config/admin-key.ts';
import type { Environment } from '../../config/load-config.ts';
import { isWeirError } from '../../kernel/errors.ts';
import { CONFIG, configFrom, DATA_DIR, DEFAULT_DATA_DIR, type StartFlags } from './config-options.ts';
import { explainStart } from './explain-start.ts';
import { storedSettings } from './stored-settings.ts';
import { unresolvedTargets } from './unresolved-targets.ts';

const check = action({
  summary: 'Check the configuration without starting anything',
  options: { ...CONFIG, json: JSON_OPTION },
  notes: ['Reads the file and the environment as "weir serve" does, and names every problem.'],
  async run({ context, options }) {
    const problems = problemsOf(options, context.environment);
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
    'Sources: flag, env NAME, file, default, API. What was made by API is read from the database. Secrets are masked.',
  ],
  async run({ context, options }) {
    const loaded = configFrom(options, context.environment);
    const dataDir = options['data-dir'] ?? DEFAULT_DATA_DIR;
    const stored = await storedSettings({ dataDir, databaseUrl: loaded.config.database.url }).catch((thrown) => {
      if (!isWeirError(thrown)) throw thrown;
      context.err(`weir: what was made by API is not shown: ${thrown.message}`);
      return [];
    });
    const values = explainStart({ loaded, environment: context.environment, stored });
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

/** What would keep the server from starting comes alone: the rest was not looked at. */
function problemsOf(options: StartFlags, environment: Environment): readonly string[] {
  try {
    const { config } = configFrom(options, environment);
    chosenAdminKey(environment);
    refuseOpenHost(config.server.host, environment);
    return unresolvedTargets(config, environment);
  } catch (thrown) {
    if (isWeirError(thrown) && thrown.code === 'config.invalid') return thrown.message.split('\n');
    throw thrown;
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
