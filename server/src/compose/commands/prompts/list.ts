import { action } from '../../../cli/action.ts';
import { CONNECTION, connect, JSON_OPTION } from '../../../cli/connection.ts';
import { formatTable } from '../../../cli/table.ts';
import { PROMPT_OPTIONS, RemotePrompts } from './remote-prompts.ts';

export const list = action({
  summary: 'List prompts with their labels',
  options: { ...PROMPT_OPTIONS, json: JSON_OPTION, ...CONNECTION },
  async run({ context, options }) {
    const data = await new RemotePrompts(connect(options, context.environment), options.project).list();
    if (options.json) {
      context.out(JSON.stringify({ data, next_cursor: null }, null, 2));
      return 0;
    }
    const rows = data.map(({ name, kind, latest, labels, updated_at, description }) => [
      ...[name, kind, String(latest), labels.map(shownLabel).join(' '), updated_at, description],
    ]);
    const columns = ['name', 'kind', 'latest', 'labels', 'updated', 'description'].map((title) => ({ title }));
    context.out(formatTable(columns, rows, { colours: context.hasColours }));
    return 0;
  },
});

function shownLabel({ label, versions }: { label: string; versions: readonly { version: number; weight: number }[] }) {
  const [only] = versions;
  if (versions.length === 1) return `${label}=${only?.version}`;
  return `${label}=${versions.map(({ version, weight }) => `${version}:${weight}`).join(',')}`;
}
