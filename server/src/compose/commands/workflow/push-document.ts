import { listSchema, type WorkflowObject, workflowSchema, workflowSummarySchema } from '@weir/contract';
import type { JsonClient } from '../../../cli/json-client.ts';
import { asString, type JsonObject } from '../../../kernel/json.ts';

const workflowsSchema = listSchema(workflowSummarySchema);

/** Stores a document: the next version when the project has a workflow of that name, else version 1. */
export async function pushDocument(client: JsonClient, document: JsonObject): Promise<WorkflowObject> {
  const id = await idOfName(client, asString(document.name) ?? '');
  const reply =
    id === undefined
      ? await client.json('POST', '/api/workflows', document)
      : await client.json('PUT', `/api/workflows/${id}`, document);
  return workflowSchema.parse(reply);
}

async function idOfName(client: JsonClient, name: string): Promise<string | undefined> {
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = workflowsSchema.parse(await client.json('GET', `/api/workflows?limit=1000${query}`));
    const found = page.data.find((one) => one.name === name);
    if (found !== undefined) return found.id;
    cursor = page.next_cursor;
  }
  return undefined;
}
