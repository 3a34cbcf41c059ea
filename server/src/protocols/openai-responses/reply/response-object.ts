import { asBoolean, asNumber, asObject, type Json, type JsonObject } from '../../../kernel/json.ts';
import type { ClientRequest } from '../../../ports/protocol.ts';
import { conversationId, previousResponseId } from '../input-items.ts';

/** The id a response gets from Weir, made from the request id so that record and reply find each other. */
export function responseIdOf(requestId: string): string {
  return `resp_${requestId.replace(/^req_/, '')}`;
}

export interface ResponseState {
  readonly id: string;
  readonly createdS: number;
  readonly model: string;
  readonly status: string;
  readonly error: JsonObject | null;
  readonly incompleteDetails: JsonObject | null;
  readonly output: JsonObject[];
  readonly usage: JsonObject | null;
}

/** The response object: what happened, and the request's settings as the official types require them. */
export function responseObject(request: ClientRequest, state: ResponseState): JsonObject {
  const conversation = conversationId(request);
  return {
    id: state.id,
    object: 'response',
    created_at: state.createdS,
    status: state.status,
    error: state.error,
    incomplete_details: state.incompleteDetails,
    model: state.model,
    output: state.output,
    usage: state.usage,
    ...settingsOf(request.json),
    previous_response_id: previousResponseId(request) ?? null,
    ...(conversation === undefined ? {} : { conversation: { id: conversation } }),
  };
}

function settingsOf(json: JsonObject): JsonObject {
  const text = asObject(json.text) ?? {};
  const reasoning = asObject(json.reasoning);
  return {
    instructions: json.instructions ?? null,
    tools: json.tools ?? [],
    tool_choice: json.tool_choice ?? 'auto',
    parallel_tool_calls: asBoolean(json.parallel_tool_calls) ?? true,
    temperature: asNumber(json.temperature) ?? null,
    top_p: asNumber(json.top_p) ?? null,
    max_output_tokens: asNumber(json.max_output_tokens) ?? null,
    max_tool_calls: json.max_tool_calls ?? null,
    reasoning: { effort: reasoning?.effort ?? null, summary: reasoning?.summary ?? null },
    store: asBoolean(json.store) ?? true,
    background: false,
    text: { ...text, format: text.format ?? { type: 'text' } },
    truncation: json.truncation ?? 'disabled',
    service_tier: 'default',
    top_logprobs: json.top_logprobs ?? 0,
    prompt_cache_key: json.prompt_cache_key ?? null,
    safety_identifier: json.safety_identifier ?? null,
    metadata: json.metadata ?? {},
    ...optional('user', json.user),
  };
}

function optional(key: string, value: Json | undefined): JsonObject {
  return value === undefined || value === null ? {} : { [key]: value };
}
