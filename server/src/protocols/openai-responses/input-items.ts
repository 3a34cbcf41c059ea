import { asArray, asObject, asString, isObject, type JsonObject } from '../../kernel/json.ts';
import type { ClientRequest, Turn } from '../../ports/protocol.ts';
import { editJson } from '../json-edit.ts';
import { conversationOf } from './conversation/conversation-of.ts';
import { decodeClientRequest } from './request/decode-client-request.ts';

/** The request's own input as items; a plain string is one user message. */
export function inputItemsOf(request: Pick<ClientRequest, 'json'>): JsonObject[] {
  const { input } = request.json;
  if (typeof input === 'string') {
    return [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: input }] }];
  }
  return (asArray(input) ?? []).filter(isObject);
}

/** A turn in plain text as an input item. */
export function turnItem({ role, text }: Turn): JsonObject {
  return { type: 'message', role, content: text };
}

/** May the response be kept? The wire's default is yes. */
export function wantsStore(request: ClientRequest): boolean {
  return request.json.store !== false;
}

/** The id a client continues from, also after the request was expanded. */
export function previousResponseId(request: ClientRequest): string | undefined {
  return asString(request.json.previous_response_id) ?? expandedFrom.get(request.json);
}

const expandedFrom = new WeakMap<JsonObject, string>();

/** The conversation a client names, also after its history was written out. */
export function conversationId({ json }: ClientRequest): string | undefined {
  return conversationOf(json) ?? conversations.get(json);
}

const conversations = new WeakMap<JsonObject, string>();

/** The same request without its reference to an earlier response: the turns that led there stand in the input instead. */
export function expandPrevious(request: ClientRequest, history: readonly JsonObject[]): ClientRequest {
  const input = [...history, ...inputItemsOf(request)];
  return rewrite(request, input, ['previous_response_id']);
}

/** Does the input point at items of earlier responses instead of holding them? */
export function hasItemReferences(request: ClientRequest): boolean {
  return asArray(request.json.input)?.some((item) => asObject(item)?.type === 'item_reference') ?? false;
}

/** The same request with another input: what its references point at, looked up. Fields that went into it go. */
export function withInputItems(
  request: ClientRequest,
  input: readonly JsonObject[],
  remove: readonly string[] = [],
): ClientRequest {
  return rewrite(request, [...input], remove);
}

function rewrite(request: ClientRequest, input: JsonObject[], remove: readonly string[]): ClientRequest {
  const body = editJson(request.body, request.json, { set: { input }, remove });
  const json: JsonObject = { ...request.json, input };
  for (const name of remove) delete json[name];
  const previous = previousResponseId(request);
  if (previous !== undefined) expandedFrom.set(json, previous);
  const conversation = conversationId(request);
  if (conversation !== undefined) conversations.set(json, conversation);
  return decodeClientRequest(body, json);
}
