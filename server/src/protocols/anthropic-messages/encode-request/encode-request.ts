import type { ChatRequest } from '../../../kernel/chat.ts';
import { isObject, type Json, type JsonObject } from '../../../kernel/json.ts';
import type { EncodedRequest, Quirks, UpstreamContext } from '../../../ports/protocol.ts';
import { encodeFormat } from './encode-format.ts';
import { encodeMessages } from './encode-messages.ts';
import { encodeSampling } from './encode-sampling.ts';
import { encodeThinking } from './encode-thinking.ts';
import { encodeTools } from './encode-tools.ts';
import { Encoding } from './encoding.ts';
import { requestHeaders } from './request-headers.ts';

/** Longer user ids are refused. */
const MAX_USER_ID = 256;

/** A Messages body written from the neutral form. */
export function encodeRequest(request: ChatRequest, context: UpstreamContext): EncodedRequest {
  const encoding = new Encoding(request.extensions.wire);
  const body = encodeBody(request, context, encoding);
  applyQuirks(body, context.quirks, encoding);
  return {
    body: Buffer.from(JSON.stringify(body)),
    dropped: encoding.dropped(),
    headers: requestHeaders(context.clientHeaders),
  };
}

function encodeBody(request: ChatRequest, context: UpstreamContext, encoding: Encoding): JsonObject {
  const { system, messages } = encodeMessages(request.messages, encoding);
  const { format, instruction } = encodeFormat(request.responseFormat, context.quirks);
  if (request.responseFormat?.kind === 'json-schema' && format === undefined) encoding.dropField('responseFormat');
  const { maxTokens, thinking, effort, isDropped } = encodeThinking(request, context, messages);
  if (isDropped) encoding.dropField('reasoning');
  const body: JsonObject = { model: context.model, max_tokens: maxTokens };
  const systemPrompt = withInstruction(system, instruction);
  if (systemPrompt !== undefined) body.system = systemPrompt;
  body.messages = messages;
  Object.assign(body, encodeTools(request, context, encoding));
  if (thinking !== undefined) body.thinking = thinking;
  if (effort !== undefined || format !== undefined) {
    body.output_config = { ...(effort === undefined ? {} : { effort }), ...(format === undefined ? {} : { format }) };
  }
  const isRefused = context.quirks.noSampling === true || thinking !== undefined;
  Object.assign(body, encodeSampling(request, { isRefused }, encoding));
  const userId = encodeUser(request.user, encoding);
  if (userId !== undefined) body.metadata = { user_id: userId };
  if (request.stream) body.stream = true;
  dropForeign(request, encoding);
  addExtensions(body, request.extensions.fields, encoding);
  return body;
}

function withInstruction(system: Json | undefined, instruction: string | undefined): Json | undefined {
  if (instruction === undefined) return system;
  if (typeof system === 'string') return `${system}\n\n${instruction}`;
  return Array.isArray(system) ? [...system, { type: 'text', text: instruction }] : instruction;
}

function encodeUser(user: string | undefined, encoding: Encoding): string | undefined {
  if (user === undefined || user.length <= MAX_USER_ID) return user;
  encoding.dropField('user');
  return undefined;
}

/** Neutral fields this wire has no word for; values that change nothing are not worth a report. */
function dropForeign(request: ChatRequest, encoding: Encoding): void {
  if (request.n !== undefined && request.n !== 1) encoding.dropField('n');
  if (request.seed !== undefined) encoding.dropField('seed');
  if (request.presencePenalty !== undefined && request.presencePenalty !== 0) encoding.dropField('presencePenalty');
  if (request.frequencyPenalty !== undefined && request.frequencyPenalty !== 0) encoding.dropField('frequencyPenalty');
  if (request.metadata !== undefined) encoding.dropField('metadata');
}

/** Fields of this wire go back where they were; fields of another wire are reported, unless null or false. */
function addExtensions(body: JsonObject, fields: JsonObject, encoding: Encoding): void {
  for (const key of Object.keys(fields)) {
    const value = fields[key];
    if (value === undefined || value === null) continue;
    const isTopLevel = encoding.isOwnWire && !key.includes('.');
    const [parent, child, ...deeper] = key.split('.');
    const holder = parent === undefined ? undefined : body[parent];
    if (isTopLevel) body[key] = value;
    else if (encoding.isOwnWire && child !== undefined && deeper.length === 0 && isObject(holder))
      holder[child] = value;
    else if (value !== false) encoding.drop(key);
  }
}

function applyQuirks(body: JsonObject, quirks: Quirks, encoding: Encoding): void {
  for (const field of quirks.unsupported ?? []) {
    if (body[field] !== undefined) encoding.drop(field);
    delete body[field];
  }
  Object.assign(body, quirks.setFields);
  for (const field of quirks.removeFields ?? []) delete body[field];
}
