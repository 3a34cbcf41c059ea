import { asObject, isObject, type Json, type JsonObject } from '../../kernel/json.ts';
import type { ClientRequest, EncodedRequest, Quirks, UpstreamContext } from '../../ports/protocol.ts';
import { editJson } from '../json-edit.ts';
import { decodeResponseFormat } from './decode-tools.ts';
import { unsupportedFields } from './encode-request.ts';
import { schemaInstruction } from './encode-tools.ts';
import { weirFields } from './weir-fields.ts';

/** The client's own bytes with the fields changed that must be: model, usage option, Weir's fields, quirks. */
export function forwardChatRequest(request: ClientRequest, { model, quirks }: UpstreamContext): EncodedRequest {
  const { body, json } = request;
  const set: JsonObject = { model };
  const remove = weirFields(json);
  if (request.stream && quirks.noStreamUsageOption !== true && !request.includeUsage) {
    set.stream_options = { ...asObject(json.stream_options), include_usage: true };
  }
  if (isPlain(quirks)) return { body: editJson(body, json, { set, remove }), dropped: NOTHING };
  const dropped = unsupportedFields(json, quirks);
  if (quirks.noStreamUsageOption === true && isObject(json.stream_options)) remove.push('stream_options');
  renameLimit(json, quirks, { set, remove });
  adaptMessages(json, quirks, set);
  Object.assign(set, quirks.setFields);
  remove.push(...dropped, ...(quirks.removeFields ?? []));
  for (const name of remove) delete set[name];
  return { body: editJson(body, json, { set, remove }), dropped };
}

const NOTHING: readonly string[] = Object.freeze([]);

function isPlain(quirks: Quirks): boolean {
  for (const _ in quirks) return false;
  return true;
}

interface Edits {
  readonly set: JsonObject;
  readonly remove: string[];
}

function renameLimit(json: JsonObject, { maxTokensField: wanted }: Quirks, { set, remove }: Edits): void {
  if (wanted === undefined) return;
  const other = wanted === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
  const limit = json[other];
  if (typeof limit !== 'number') return;
  set[wanted] = json[wanted] ?? limit;
  remove.push(other);
}

/** The two quirks that reach into messages; only then are they written anew. */
function adaptMessages(json: JsonObject, quirks: Quirks, set: JsonObject): void {
  if (!Array.isArray(json.messages)) return;
  let messages: Json[] = json.messages;
  if (quirks.noDeveloperRole === true && messages.some(isDeveloper)) {
    messages = messages.map((message) => (isDeveloper(message) ? { ...asObject(message), role: 'system' } : message));
  }
  const format = quirks.noJsonSchema === true ? decodeResponseFormat(json.response_format) : undefined;
  const instruction = format === undefined ? undefined : schemaInstruction({ responseFormat: format });
  if (instruction !== undefined) {
    messages = [{ role: 'system', content: instruction }, ...messages];
    set.response_format = { type: 'json_object' };
  }
  if (messages !== json.messages) set.messages = messages;
}

function isDeveloper(message: Json): boolean {
  return isObject(message) && message.role === 'developer';
}
