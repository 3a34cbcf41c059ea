import { readFile } from 'node:fs/promises';
import { startedExecutionSchema } from '@weir/contract';
import { action } from '../../../cli/action.ts';
import { CONNECTION, JSON_OPTION, serverOf } from '../../../cli/connection.ts';
import { type JsonClient, jsonClient } from '../../../cli/json-client.ts';
import { UsageError } from '../../../cli/usage-error.ts';
import { compact, type Json, parseJson } from '../../../kernel/json.ts';
import { pushDocument } from './push-document.ts';
import { isFile, readDocumentFile } from './read-document-file.ts';
import { watchExecution } from './watch-execution.ts';

export const run = action({
  summary: 'Run a workflow, show how it goes, and print its steps with their cost',
  operands: 'NAME|FILE',
  options: {
    input: { kind: 'text', value: 'JSON', about: 'Input as JSON, or @FILE; default {}' },
    version: { kind: 'number', value: 'N', about: 'Version; default the newest' },
    budget: { kind: 'number', value: 'USD', about: "What all of the run's model calls may cost together" },
    'no-wait': { kind: 'flag', about: 'Print the id of the run and end' },
    json: JSON_OPTION,
    ...CONNECTION,
  },
  notes: [
    'A FILE (.json, .yaml, - for standard input) is stored first, as weir workflow push does. Exit code 1: the run failed.',
  ],
  async run({ context, options, operands }) {
    const [what, more] = operands;
    if (what === undefined || more !== undefined) throw new UsageError('Name one workflow, or its file.');
    const server = serverOf(options, context.environment);
    const client = jsonClient(server);
    const pushed = isFile(what) ? await pushDocument(client, await readDocumentFile(what, context)) : undefined;
    const body = compact({
      input: await readInput(options.input),
      version: options.version ?? pushed?.version,
      budget: options.budget === undefined ? undefined : { usd: options.budget },
    });
    const id = await start(client, `/api/workflows/${encodeURIComponent(pushed?.id ?? what)}/execute`, body);
    if (!options['no-wait']) return watchExecution(server, id, { context, json: options.json });
    context.out(options.json ? JSON.stringify({ execution_id: id }) : id);
    return 0;
  },
});

/** Starts a run by whatever path does; gives its id. */
export async function start(client: JsonClient, path: string, body: object): Promise<string> {
  return startedExecutionSchema.parse(await client.json('POST', path, body)).execution_id;
}

/** JSON of an option, or of the file that it names with `@`. */
export async function readInput(given: string | undefined): Promise<Json | undefined> {
  if (given === undefined) return undefined;
  const text = given.startsWith('@') ? await readFile(given.slice(1), 'utf8').catch(unreadable) : given;
  const json = parseJson(text);
  if (json === undefined) throw new UsageError(`--input is no JSON: ${text.slice(0, 80)}`);
  return json;
}

function unreadable(thrown: Error): never {
  throw new UsageError(`--input cannot be read: ${thrown.message}`);
}
