import { action } from '../../cli/action.ts';
import type { ActionGroup, CommandContext } from '../../cli/command.ts';
import { CONNECTION, connect, JSON_OPTION } from '../../cli/connection.ts';
import type { JsonClient } from '../../cli/json-client.ts';
import { formatTable } from '../../cli/table.ts';
import { CommandFailure, UsageError } from '../../cli/usage-error.ts';
import { asArray, asString, compact, isObject, type JsonObject } from '../../kernel/json.ts';

const WHERE = {
  ...CONNECTION,
  'data-dir': {
    kind: 'text',
    value: 'DIR',
    about: 'Work on this data directory instead; only while no server uses it',
  },
  json: JSON_OPTION,
} as const;

const NOTES = ['Speaks to a running server; with --data-dir it works on the files of a server that does not run.'];

interface Place {
  readonly url: string | undefined;
  readonly key: string | undefined;
  readonly 'data-dir': string | undefined;
}

const create = action({
  summary: 'Create a key and print it; it is shown only this once',
  options: {
    name: { kind: 'text', value: 'NAME', about: 'What people call it (required)' },
    project: { kind: 'text', value: 'ID', about: 'Project it belongs to; default "default"' },
    role: { kind: 'text', value: 'ROLE', about: 'inference (default), viewer, developer, operator or admin' },
    models: { kind: 'text', value: 'A,B', about: 'Models it may use; default all' },
    routes: { kind: 'text', value: 'A,B', about: 'Routes it may use; default all' },
    endpoints: { kind: 'text', value: 'A,B', about: 'Paths it may use; default all' },
    'expires-at': { kind: 'text', value: 'TIME', about: 'ISO 8601 time after which it is refused; default never' },
    ...WHERE,
  },
  notes: NOTES,
  async run({ context, options }) {
    const { name } = options;
    if (name === undefined || name === '') throw new UsageError('Give the key a name: weir keys create --name ci.');
    const body = compact({
      name,
      project_id: options.project,
      role: options.role,
      models: listOf(options.models),
      routes: listOf(options.routes),
      endpoints: listOf(options.endpoints),
      expires_at: options['expires-at'],
    });
    const created = await withApi(options, context, async (api) =>
      objectOf(await api.json('POST', '/api/v1/keys', body)),
    );
    if (options.json) context.out(JSON.stringify(created, null, 2));
    else {
      context.out(asString(created.key) ?? '');
      context.err(`Key ${created.id} of project ${created.project_id}. It is shown only now: store it safely.`);
    }
    return 0;
  },
});

const list = action({
  summary: 'List keys; secrets are not kept and cannot be shown',
  options: WHERE,
  notes: NOTES,
  async run({ context, options }) {
    const data = await withApi(options, context, allKeys);
    if (options.json) context.out(JSON.stringify({ data, next_cursor: null }, null, 2));
    else context.out(tableOf(data, context));
    return 0;
  },
});

const revoke = action({
  summary: 'Revoke a key: it is refused from now on',
  operands: 'ID',
  options: WHERE,
  notes: NOTES,
  async run({ context, options, operands }) {
    const [id] = operands;
    if (id === undefined || operands.length > 1) {
      throw new UsageError('Name one key by its id: weir keys revoke key_... ("weir keys list" shows the ids).');
    }
    const revoked = await withApi(options, context, async (api) =>
      objectOf(await api.json('DELETE', `/api/v1/keys/${encodeURIComponent(id)}`)),
    );
    if (options.json) context.out(JSON.stringify(revoked, null, 2));
    else context.err(`Revoked ${id}.`);
    return 0;
  },
});

export const keys: ActionGroup = { actions: { create, list, revoke } };

/** The management API of a running server, or the same routes on a data directory that none uses. */
async function withApi<T>(place: Place, context: CommandContext, work: (api: JsonClient) => Promise<T>): Promise<T> {
  const directory = place['data-dir'];
  if (directory === undefined) return work(connect(place, context.environment));
  if (place.url !== undefined) throw new UsageError('Give --url or --data-dir, not both.');
  const { openKeyApi } = await import('./key-api.ts');
  const api = await openKeyApi(directory);
  try {
    return await work(api.client);
  } finally {
    await api.close();
  }
}

async function allKeys(api: JsonClient): Promise<JsonObject[]> {
  const data: JsonObject[] = [];
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const page = objectOf(await api.json('GET', `/api/v1/keys${query}`));
    data.push(...(asArray(page.data) ?? []).filter(isObject));
    cursor = asString(page.next_cursor);
  } while (cursor !== undefined);
  return data;
}

function objectOf(reply: unknown): JsonObject {
  if (isObject(reply)) return reply;
  throw new CommandFailure('The server answered with something else than an object. Is it a Weir server?');
}

function listOf(text: string | undefined): string[] | undefined {
  return text
    ?.split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function tableOf(rows: readonly JsonObject[], context: CommandContext): string {
  if (rows.length === 0) return 'No keys yet. Make one: weir keys create --name ci';
  const columns = ['id', 'name', 'project_id', 'role', 'last4', 'created_at', 'expires_at', 'revoked_at'];
  const cells = rows.map((row) => columns.map((column) => String(row[column] ?? '-')));
  return formatTable(
    columns.map((title) => ({ title })),
    cells,
    { colours: context.hasColours },
  );
}
