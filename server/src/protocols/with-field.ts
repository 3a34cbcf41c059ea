import type { JsonObject } from '../kernel/json.ts';
import type { ClientRequest } from '../ports/protocol.ts';
import { editJson } from './json-edit.ts';

/** Body and parsed form of a request with some top-level fields set; all other bytes stay as they were. */
export function withField(request: ClientRequest, set: JsonObject): [Buffer, JsonObject] {
  return [editJson(request.body, request.json, { set }), { ...request.json, ...set }];
}
