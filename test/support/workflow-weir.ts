import { expect } from 'vitest';
import type { RunningWeir } from './weir.ts';

/** A connection of its own for each request, so that the system deals it to any of the threads. */
export const ALONE = { connection: 'close' };

/** Stores a document; gives the workflow as the API shows it. */
export async function storeWorkflow(weir: RunningWeir, document: object) {
  const { status, json, text } = await weir.api('POST /api/workflows', document, ALONE);
  if (status !== 201) throw new Error(text);
  return json;
}

/** Starts a run; gives its id. */
export async function startRun(weir: RunningWeir, workflow: string, input: object = {}): Promise<string> {
  const { status, json, text } = await weir.api(`POST /api/workflows/${workflow}/execute`, { input }, ALONE);
  if (status !== 202) throw new Error(text);
  return json.execution_id;
}

/** Says yes to the one thing that a run asks, as soon as it does. */
export async function approveNext(weir: RunningWeir, run: string): Promise<void> {
  const open = async () => (await weir.api(`GET /api/v1/inbox?execution_id=${run}`, undefined, ALONE)).json.data;
  await expect.poll(open, { timeout: 20_000 }).toHaveLength(1);
  const { status, text } = await weir.api(`POST /api/v1/inbox/${(await open())[0].id}/approve`, {}, ALONE);
  if (status !== 200) throw new Error(text);
}
