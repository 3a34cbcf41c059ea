import type { ChatRequest, ReasoningOptions, ResponseFormat } from '../../kernel/chat.ts';
import { compact, type JsonObject } from '../../kernel/json.ts';
import type { EncodedRequest, UpstreamContext } from '../../ports/protocol.ts';
import { DropReport } from '../drop-report.ts';
import { encodeMessages } from './encode-messages.ts';
import { encodeTools } from './encode-tools.ts';

const MAX_STOPS = 5;
/** Tokens that an effort stands for. */
const BUDGETS: Readonly<Record<string, number>> = {
  minimal: 512,
  low: 1024,
  medium: 8192,
  high: 16_384,
  xhigh: 32_000,
};

/** A v2 chat body written from the neutral form. */
export function encodeRequest(request: ChatRequest, { model, quirks }: UpstreamContext): EncodedRequest {
  const drops = new DropReport(request.extensions.wire);
  const fields: JsonObject = compact({
    model,
    messages: encodeMessages(request.messages, drops),
    ...encodeTools(request, drops),
    response_format: encodeFormat(request.responseFormat),
    max_tokens: request.maxOutputTokens,
    ...encodeSampling(request, drops),
    thinking: encodeThinking(request.reasoning),
    stream: request.stream ? true : undefined,
  });
  drops.unsupported(request, ['n', 'parallelToolCalls', 'user', 'metadata']);
  drops.extensions(request);
  for (const name of quirks.unsupported ?? []) {
    if (fields[name] === undefined) continue;
    delete fields[name];
    if (name === 'thinking') drops.field('reasoning');
    else drops.name(name);
  }
  return { body: Buffer.from(JSON.stringify({ ...fields, ...quirks.setFields })), dropped: drops.names() };
}

/** The scales of this wire end at 1. */
function encodeSampling(request: ChatRequest, drops: DropReport): JsonObject {
  const stop = request.stop?.slice(0, MAX_STOPS);
  if ((request.stop?.length ?? 0) > MAX_STOPS) drops.field('stop');
  return {
    temperature: clamped(request, 'temperature', drops),
    p: request.topP === undefined ? undefined : Math.min(Math.max(request.topP, 0.01), 0.99),
    k: request.topK,
    seed: request.seed,
    presence_penalty: clamped(request, 'presencePenalty', drops),
    frequency_penalty: clamped(request, 'frequencyPenalty', drops),
    stop_sequences: stop?.length === 0 ? undefined : stop,
  };
}

function clamped(
  request: ChatRequest,
  field: 'temperature' | 'presencePenalty' | 'frequencyPenalty',
  drops: DropReport,
): number | undefined {
  const value = request[field];
  if (value === undefined) return undefined;
  const sent = Math.min(Math.max(value, 0), 1);
  if (sent !== value) drops.field(field);
  return sent;
}

function encodeFormat(format: ResponseFormat | undefined): JsonObject | undefined {
  if (format === undefined || format.kind === 'text') return undefined;
  return format.kind === 'json' ? { type: 'json_object' } : { type: 'json_object', json_schema: format.schema };
}

function encodeThinking(reasoning: ReasoningOptions | undefined): JsonObject | undefined {
  if (reasoning === undefined) return undefined;
  if (reasoning.mode === 'disabled' || reasoning.effort === 'none') return { type: 'disabled' };
  const budget = reasoning.budgetTokens ?? BUDGETS[reasoning.effort ?? ''];
  return compact({ type: 'enabled', token_budget: budget });
}
