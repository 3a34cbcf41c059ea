import type { ChatReply } from '../../kernel/chat.ts';
import type { WeirError } from '../../kernel/errors.ts';
import type { Json, JsonObject } from '../../kernel/json.ts';
import { inputTokens, outputTokens, totalTokens, type Usage } from '../../kernel/usage.ts';
import { encodeFinishReason } from '../openai-chat/finish-reason.ts';

/** What the replies of the seed APIs say beside the model's own words. */
export interface SeedReplyContext {
  readonly requestId: string;
  /** Name of the provider that answered. */
  readonly provider: string;
  /** Of the ledger: the provider's count or Weir's estimate. */
  readonly usage: Usage;
  readonly costUsd: number;
  readonly cached: boolean;
  readonly responseTimeMs: number;
  readonly nowMs: number;
  /** Only on chat. */
  readonly conversationId?: string;
  /** Findings of monitoring guardrails; an empty list shows nothing. */
  readonly warnings?: readonly { readonly type: string; readonly count: number }[];
}

/** The sampling API's `data`. */
export function encodeSamplingData(reply: ChatReply, { usage, provider, warnings = [] }: SeedReplyContext): JsonObject {
  return {
    content: textOf(reply),
    model: reply.model,
    usage: { inputTokens: inputTokens(usage), outputTokens: outputTokens(usage), totalTokens: totalTokens(usage) },
    finishReason: finishReason(reply),
    provider,
    ...(warnings.length === 0 ? {} : { warnings: warnings.map(({ type, count }) => ({ type, count })) }),
  };
}

/** The reply of both LLM endpoints. */
export function encodeLlmReply(reply: ChatReply, context: SeedReplyContext): JsonObject {
  const { usage, conversationId } = context;
  return {
    content: textOf(reply),
    model: reply.model,
    provider: context.provider,
    prompt_tokens: inputTokens(usage),
    completion_tokens: outputTokens(usage),
    total_tokens: totalTokens(usage),
    tokens_used: totalTokens(usage),
    cost_usd: context.costUsd,
    cached: context.cached,
    response_time_ms: context.responseTimeMs,
    finish_reason: finishReason(reply),
    timestamp: timestamp(context.nowMs),
    request_id: context.requestId,
    ...(conversationId === undefined ? {} : { conversation_id: conversationId }),
  };
}

/** `duration` is in seconds, as in the telemetry of the same API. */
export function encodeInferenceReply(reply: ChatReply, context: SeedReplyContext): JsonObject {
  return {
    output: textOf(reply),
    provider: context.provider,
    model: reply.model,
    tokens: totalTokens(context.usage),
    duration: context.responseTimeMs / 1000,
    inference_id: context.requestId,
  };
}

/** A success of the sampling API. */
export function encodeEnvelope(data: Json, nowMs: number): JsonObject {
  return { success: true, data, timestamp: timestamp(nowMs) };
}

/** Every error outside the OpenAI and Anthropic wires. */
export function encodeErrorEnvelope(error: WeirError, nowMs: number): JsonObject {
  const details = { ...error.details, ...(error.param === undefined ? {} : { param: error.param }) };
  const shown = Object.keys(details).length === 0 ? {} : { details: details as JsonObject };
  return { success: false, error: { code: error.code, message: error.message, ...shown }, timestamp: timestamp(nowMs) };
}

/** One piece of text of a stream. */
export function encodeDeltaEvent(content: string): string {
  return `event: delta\ndata: {"content":${JSON.stringify(content)}}\n\n`;
}

/** Ends a stream with the same reply that the call without streaming gives. */
export function encodeDoneEvent(reply: JsonObject): string {
  return `event: done\ndata: ${JSON.stringify(reply)}\n\n`;
}

export function encodeErrorEvent(error: WeirError, nowMs: number): string {
  return `event: error\ndata: ${JSON.stringify(encodeErrorEnvelope(error, nowMs))}\n\n`;
}

function textOf({ choices }: ChatReply): string {
  let text = '';
  for (const item of choices[0]?.content ?? []) if (item.type === 'text' || item.type === 'refusal') text += item.text;
  return text;
}

/** stop | length | tool_calls | content_filter */
function finishReason({ choices }: ChatReply): string {
  return encodeFinishReason(choices[0]?.finishReason ?? 'stop', { hasRefusal: false });
}

function timestamp(atMs: number): string {
  return new Date(atMs).toISOString();
}
