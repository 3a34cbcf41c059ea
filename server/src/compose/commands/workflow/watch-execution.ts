import {
  type ExecutionEvent,
  type ExecutionObject,
  executionSchema,
  inboxItemSchema,
  listSchema,
} from '@weir/contract';
import type { CommandContext } from '../../../cli/command.ts';
import { type JsonClient, jsonClient } from '../../../cli/json-client.ts';
import { executionText } from './execution-table.ts';
import { followExecution } from './follow-execution.ts';

const DONE = ['completed', 'failed', 'skipped', 'cancelled'];
const inboxSchema = listSchema(inboxItemSchema);

/**
 * Shows a run as it goes on, and its table at the end. Gives the exit code: 0 when it completed. What waits for a person is
 * named with the command that decides it.
 */
export async function watchExecution(
  server: { readonly url: string; readonly key: string },
  id: string,
  of: { context: CommandContext; json: boolean },
): Promise<number> {
  const { context } = of;
  const client = jsonClient(server);
  const progress = new StepProgress();
  const told = new Set<string>();
  await followExecution(server, id, async (event) => {
    context.status(progress.after(event));
    if (event.execution.status === 'waiting') await tellWhatWaits(client, { id, context, told });
  });
  context.status('');
  return printExecution(client, id, of);
}

/** Prints a run as it is now; 0 unless it failed or was cancelled. */
export async function printExecution(
  client: JsonClient,
  id: string,
  { context, json }: { context: CommandContext; json: boolean },
): Promise<number> {
  const reply = await client.json('GET', `/api/executions/${encodeURIComponent(id)}`);
  if (json) context.out(JSON.stringify(reply, null, 2));
  const execution: ExecutionObject = executionSchema.parse(reply);
  if (!json) context.out(executionText(execution, context.hasColours));
  return execution.status === 'failed' || execution.status === 'cancelled' ? 1 : 0;
}

async function tellWhatWaits(
  client: JsonClient,
  of: { id: string; context: CommandContext; told: Set<string> },
): Promise<void> {
  const query = new URLSearchParams({ execution_id: of.id });
  const { data } = inboxSchema.parse(await client.json('GET', `/api/v1/inbox?${query}`));
  for (const item of data.filter((one) => !of.told.has(one.id))) {
    of.told.add(item.id);
    of.context.status('');
    of.context.err(
      `Waits for a person: ${item.title}\n  weir inbox approve ${item.id}   or   weir inbox reject ${item.id}`,
    );
  }
}

/** One line about a run that goes on. */
class StepProgress {
  readonly #steps = new Map<string, string>();

  after({ steps, execution }: ExecutionEvent): string {
    for (const { path, status } of steps) this.#steps.set(path, status);
    const all = [...this.#steps];
    const done = all.filter(([, status]) => DONE.includes(status)).length;
    const now = all.filter(([, status]) => !DONE.includes(status)).map(([path, status]) => `${path} ${status}`);
    return [`${done} of ${all.length} steps`, `$${execution.cost_usd.toFixed(6)}`, now.join(', ')].join('  ');
  }
}
