import { listSchema, workflowSummarySchema } from '@weir/contract';
import { action } from '../../../cli/action.ts';
import { CONNECTION, connect, JSON_OPTION } from '../../../cli/connection.ts';
import { formatTable } from '../../../cli/table.ts';

const workflowsSchema = listSchema(workflowSummarySchema);

export const list = action({
  summary: 'List workflows',
  options: { json: JSON_OPTION, ...CONNECTION },
  async run({ context, options }) {
    const reply = await connect(options, context.environment).json('GET', '/api/workflows?limit=1000');
    if (options.json) {
      context.out(JSON.stringify(reply, null, 2));
      return 0;
    }
    const rows = workflowsSchema
      .parse(reply)
      .data.map((one) => [
        ...[one.name, one.id, String(one.version), one.published ? 'tool' : '', one.updated_at, one.description],
      ]);
    const columns = ['name', 'id', 'version', 'published', 'updated', 'description'].map((title) => ({ title }));
    context.out(formatTable(columns, rows, { colours: context.hasColours }));
    return 0;
  },
});
