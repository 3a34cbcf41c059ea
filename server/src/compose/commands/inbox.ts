import { inboxItemSchema, listSchema } from '@weir/contract';
import { action } from '../../cli/action.ts';
import type { ActionGroup } from '../../cli/command.ts';
import { CONNECTION, connect, JSON_OPTION } from '../../cli/connection.ts';
import { formatTable } from '../../cli/table.ts';
import { UsageError } from '../../cli/usage-error.ts';
import { compact, parseJson } from '../../kernel/json.ts';

const inboxSchema = listSchema(inboxItemSchema);

const list = action({
  summary: 'List what waits for a person',
  options: {
    all: { kind: 'flag', about: 'Decided items, too' },
    json: JSON_OPTION,
    ...CONNECTION,
  },
  async run({ context, options }) {
    const query = options.all ? '?status=all&limit=1000' : '?limit=1000';
    const reply = await connect(options, context.environment).json('GET', `/api/v1/inbox${query}`);
    if (options.json) {
      context.out(JSON.stringify(reply, null, 2));
      return 0;
    }
    const rows = inboxSchema
      .parse(reply)
      .data.map(({ id, kind, status, title, created_at, expires_at }) => [
        ...[id, kind, status, created_at, expires_at ?? '', title],
      ]);
    const columns = ['id', 'kind', 'status', 'since', 'until', 'title'].map((heading) => ({ title: heading }));
    context.out(rows.length === 0 ? 'Nothing waits.' : formatTable(columns, rows, { colours: context.hasColours }));
    return 0;
  },
});

const decide = (decision: 'approve' | 'reject', summary: string) =>
  action({
    summary,
    operands: 'ID',
    options: {
      data: { kind: 'text', value: 'JSON', about: "What the item's form asks for" },
      json: JSON_OPTION,
      ...CONNECTION,
    },
    async run({ context, options, operands }) {
      const [id, more] = operands;
      if (id === undefined || more !== undefined) throw new UsageError(`Name one item: weir inbox ${decision} ID.`);
      const data = options.data === undefined ? undefined : parseJson(options.data);
      if (options.data !== undefined && data === undefined) throw new UsageError('--data is no JSON.');
      const path = `/api/v1/inbox/${encodeURIComponent(id)}/${decision}`;
      const reply = await connect(options, context.environment).json('POST', path, compact({ data }));
      const item = inboxItemSchema.parse(reply);
      context.out(options.json ? JSON.stringify(reply, null, 2) : `${item.status}: ${item.title}`);
      return 0;
    },
  });

export const inbox: ActionGroup = {
  actions: { list, approve: decide('approve', 'Say yes to an item'), reject: decide('reject', 'Say no to an item') },
};
