import type { ChatRequest, Wire } from '../../kernel/chat.ts';
import { compact, type JsonObject } from '../../kernel/json.ts';
import type { EncodedRequest, Quirks, UpstreamContext } from '../../ports/protocol.ts';
import { clientSpelling } from '../client-spelling.ts';
import type { Dropped } from './encode-content.ts';
import { encodeMessages } from './encode-messages.ts';
import { encodeResponseFormat, encodeToolChoice, encodeTools, schemaInstruction } from './encode-tools.ts';
import { reasoningEffort } from './reasoning-effort.ts';

/** Which neutral field a wire field comes from, where the names differ: to report drops in the client's spelling. */
const NEUTRAL_NAMES: Readonly<Record<string, string>> = {
  max_tokens: 'maxOutputTokens',
  max_completion_tokens: 'maxOutputTokens',
  top_p: 'topP',
  presence_penalty: 'presencePenalty',
  frequency_penalty: 'frequencyPenalty',
  response_format: 'responseFormat',
  tool_choice: 'toolChoice',
  parallel_tool_calls: 'parallelToolCalls',
  reasoning_effort: 'reasoning',
};

/** Fields of other OpenAI wires that mean the same here. */
const SHARED_FIELDS: Partial<Record<Wire, readonly string[]>> = {
  'openai-responses': ['service_tier', 'prompt_cache_key', 'prompt_cache_retention', 'safety_identifier'],
  'openai-completions': ['logit_bias'],
};

/** Writes a request of any wire as a chat completions body. */
export function encodeChatRequest(request: ChatRequest, { model, quirks }: UpstreamContext): EncodedRequest {
  const dropped: Dropped = new Set();
  const { wire } = request.extensions;
  const fields: JsonObject = compact({
    model,
    messages: encodeMessages(withSchemaInstruction(request, quirks), quirks, dropped),
    tools: encodeTools(request.tools, dropped),
    tool_choice: request.tools === undefined ? undefined : encodeToolChoice(request.toolChoice),
    parallel_tool_calls: request.tools === undefined ? undefined : request.parallelToolCalls,
    [quirks.maxTokensField ?? 'max_completion_tokens']: request.maxOutputTokens,
    temperature: request.temperature,
    top_p: request.topP,
    top_k: wire === 'openai-chat' ? request.topK : undefined,
    stop: request.stop?.length === 0 ? undefined : request.stop?.slice(),
    seed: request.seed,
    n: request.n,
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
    response_format: encodeResponseFormat(knownFormat(request, quirks)),
    reasoning_effort: reasoningEffort(request.reasoning),
    user: request.user,
    metadata: request.metadata,
    ...extensionFields(request, dropped),
    ...streamFields(request, quirks),
  });
  if (request.topK !== undefined && wire !== 'openai-chat') dropped.add(clientSpelling(wire, 'topK'));
  for (const name of unsupportedFields(fields, quirks)) {
    delete fields[name];
    dropped.add(clientSpelling(wire, NEUTRAL_NAMES[name] ?? name));
  }
  for (const name of quirks.removeFields ?? []) delete fields[name];
  const body = Buffer.from(JSON.stringify({ ...fields, ...quirks.setFields }));
  return { body, dropped: [...dropped] };
}

function streamFields(request: ChatRequest, quirks: Quirks): JsonObject {
  if (!request.stream) return {};
  return quirks.noStreamUsageOption === true
    ? { stream: true }
    : { stream: true, stream_options: { include_usage: true } };
}

function extensionFields({ extensions: { wire, fields } }: ChatRequest, dropped: Dropped): JsonObject {
  if (wire === 'openai-chat') return fields;
  const shared: JsonObject = {};
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if (SHARED_FIELDS[wire]?.includes(name)) shared[name] = value;
    // null and false ask for nothing.
    else if (value !== null && value !== false) dropped.add(name);
  }
  return shared;
}

const SAMPLING_FIELDS = ['temperature', 'top_p', 'top_k'];

/** The fields of a body that this provider or model answers with an error. */
export function unsupportedFields(fields: JsonObject, quirks: Quirks): string[] {
  const refused = [...(quirks.unsupported ?? []), ...(quirks.noSampling === true ? SAMPLING_FIELDS : [])];
  return refused.filter((name) => fields[name] !== undefined);
}

function knownFormat(request: ChatRequest, quirks: Quirks): ChatRequest['responseFormat'] {
  const schema = quirks.noJsonSchema === true && request.responseFormat?.kind === 'json-schema';
  return schema ? { kind: 'json' } : request.responseFormat;
}

/** The instruction joins the system prompt, which stays the first message. */
function withSchemaInstruction(request: ChatRequest, quirks: Quirks): ChatRequest['messages'] {
  const text = quirks.noJsonSchema === true ? schemaInstruction(request) : undefined;
  if (text === undefined) return request.messages;
  const [first, ...rest] = request.messages;
  if (first?.role !== 'system' && first?.role !== 'developer') {
    return [{ role: 'system', content: [{ type: 'text', text }] }, ...request.messages];
  }
  return [{ ...first, content: [...first.content, { type: 'text', text }] }, ...rest];
}
