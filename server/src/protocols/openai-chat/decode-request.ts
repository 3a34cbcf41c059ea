import type { ChatRequest, ReasoningOptions } from '../../kernel/chat.ts';
import { invalidRequest } from '../../kernel/errors.ts';
import { asNumber, asObject, asString, compact, type Json, type JsonObject } from '../../kernel/json.ts';
import { checkModel, endUser, includesUsage, outputLimit } from './check-fields.ts';
import { decodeMessages } from './decode-messages.ts';
import { decodeResponseFormat, decodeToolChoice, decodeTools } from './decode-tools.ts';
import { weirFields } from './weir-fields.ts';

/** Fields the neutral model has words for; all others travel in `extensions`. */
const NEUTRAL_FIELDS = new Set([
  'model',
  'messages',
  'tools',
  'functions',
  'tool_choice',
  'function_call',
  'parallel_tool_calls',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'top_k',
  'stop',
  'seed',
  'n',
  'presence_penalty',
  'frequency_penalty',
  'response_format',
  'reasoning_effort',
  'stream',
  'stream_options',
  'user',
  'safety_identifier',
  'metadata',
]);

/** The whole body in neutral form. Throws `request.invalid` naming the field. */
export function decodeChatRequest(json: JsonObject): ChatRequest {
  const optional = compact({
    tools: decodeTools(json),
    toolChoice: decodeToolChoice(json),
    parallelToolCalls: typeof json.parallel_tool_calls === 'boolean' ? json.parallel_tool_calls : undefined,
    maxOutputTokens: outputLimit(json),
    temperature: asNumber(json.temperature),
    topP: asNumber(json.top_p),
    // Not OpenAI's, but compatible servers take it.
    topK: asNumber(json.top_k),
    stop: decodeStop(json.stop),
    seed: asNumber(json.seed),
    n: asNumber(json.n),
    presencePenalty: asNumber(json.presence_penalty),
    frequencyPenalty: asNumber(json.frequency_penalty),
    responseFormat: decodeResponseFormat(json.response_format),
    reasoning: decodeReasoning(json.reasoning_effort),
    user: endUser(json),
    metadata: asObject(json.metadata),
  });
  return {
    model: checkModel(json),
    messages: decodeMessages(Array.isArray(json.messages) ? json.messages : []),
    stream: json.stream === true,
    includeUsage: includesUsage(json.stream_options),
    ...optional,
    extensions: { wire: 'openai-chat', fields: extensionFields(json) },
  };
}

function decodeStop(stop: Json | undefined): readonly string[] | undefined {
  if (stop === undefined || stop === null) return undefined;
  const list = typeof stop === 'string' ? [stop] : stop;
  if (!Array.isArray(list) || !list.every((item) => typeof item === 'string')) {
    throw invalidRequest('stop', 'expected a string or an array of strings');
  }
  return list;
}

function decodeReasoning(effort: Json | undefined): ReasoningOptions | undefined {
  const spelt = asString(effort);
  return spelt === undefined ? undefined : { effort: spelt };
}

function extensionFields(json: JsonObject): JsonObject {
  const fields: JsonObject = {};
  const own = weirFields(json);
  for (const name of Object.keys(json)) {
    if (!NEUTRAL_FIELDS.has(name) && !own.includes(name) && json[name] !== null) fields[name] = json[name];
  }
  return fields;
}
