import type { JsonObject } from '../kernel/json.ts';
import type { ClientRequest } from '../ports/protocol.ts';
import { editJson, type JsonEdits } from './json-edit.ts';

/** Body and parsed form of a request with top-level fields set and taken out; all other bytes stay as they were. */
export function editBody({ body, json }: Pick<ClientRequest, 'body' | 'json'>, edits: JsonEdits): [Buffer, JsonObject] {
  const edited: JsonObject = { ...json };
  for (const name in edits.set) if (edits.set[name] !== undefined) edited[name] = edits.set[name];
  for (const name of edits.remove ?? []) delete edited[name];
  return [editJson(body, json, edits), edited];
}
