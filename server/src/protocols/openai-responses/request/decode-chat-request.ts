import type { ChatRequest, Message, ReasoningOptions, ResponseFormat } from '../../../kernel/chat.ts';
import { invalidRequest } from '../../../kernel/errors.ts';
import { compact, type JsonObject } from '../../../kernel/json.ts';
import { endUser } from '../../openai-chat/check-fields.ts';
import { weirFields } from '../../openai-chat/weir-fields.ts';
import { decodeInput } from './decode-input.ts';
import { decodeToolChoice, decodeTools } from './decode-tools.ts';
import { readBoolean, readCount, readNumber, readObject, readString, requireString } from './read-field.ts';

/** The neutral form of a request body of this wire. */
export function decodeChatRequest(json: JsonObject): ChatRequest {
  const text = readObject(json, 'text');
  return {
    model: readString(json, 'model') ?? '',
    messages: [...instructionsOf(json), ...decodeInput(json.input)],
    stream: readBoolean(json, 'stream') ?? false,
    includeUsage: true,
    ...compact({
      tools: decodeTools(json),
      toolChoice: decodeToolChoice(json.tool_choice),
      parallelToolCalls: readBoolean(json, 'parallel_tool_calls'),
      maxOutputTokens: readCount(json, 'max_output_tokens'),
      temperature: readNumber(json, 'temperature'),
      topP: readNumber(json, 'top_p'),
      responseFormat: text && decodeFormat(text),
      reasoning: decodeReasoningOptions(json),
      user: endUser(json),
      metadata: readObject(json, 'metadata'),
    }),
    extensions: { wire: 'openai-responses', fields: extensionsOf(json, text) },
  };
}

function instructionsOf(json: JsonObject): Message[] {
  const instructions = readString(json, 'instructions');
  return instructions === undefined || instructions === ''
    ? []
    : [{ role: 'system', content: [{ type: 'text', text: instructions }] }];
}

export function decodeFormat(text: JsonObject): ResponseFormat | undefined {
  const format = readObject(text, 'format', 'text.');
  if (format === undefined) return undefined;
  const type = requireString(format, 'type', 'text.format.');
  if (type === 'text') return { kind: 'text' };
  if (type === 'json_object') return { kind: 'json' };
  if (type !== 'json_schema') throw invalidRequest('text.format.type', 'must be text, json_object or json_schema.');
  const schema = readObject(format, 'schema', 'text.format.');
  if (schema === undefined) throw invalidRequest('text.format.schema', 'is required.');
  return {
    kind: 'json-schema',
    name: requireString(format, 'name', 'text.format.'),
    schema,
    ...compact({
      description: readString(format, 'description', 'text.format.'),
      strict: readBoolean(format, 'strict', 'text.format.'),
    }),
  };
}

function decodeReasoningOptions(json: JsonObject): ReasoningOptions | undefined {
  const reasoning = readObject(json, 'reasoning');
  if (reasoning === undefined) return undefined;
  const options = compact({
    effort: readString(reasoning, 'effort', 'reasoning.'),
    summary: readString(reasoning, 'summary', 'reasoning.') ?? readString(reasoning, 'generate_summary', 'reasoning.'),
  });
  return Object.keys(options).length === 0 ? undefined : options;
}

/** Fields the neutral model holds, and those Weir itself answers for (state, transport). */
const UNDERSTOOD = new Set([
  'model',
  'input',
  'instructions',
  'tools',
  'parallel_tool_calls',
  'max_output_tokens',
  'temperature',
  'top_p',
  'text',
  'reasoning',
  'user',
  'safety_identifier',
  'metadata',
  'stream',
  'stream_options',
  'store',
  'previous_response_id',
]);

function extensionsOf(json: JsonObject, text: JsonObject | undefined): JsonObject {
  const fields: JsonObject = {};
  const own = weirFields(json);
  for (const [key, value] of Object.entries(json)) {
    if (value === null || UNDERSTOOD.has(key) || own.includes(key) || meansNothing(key, value, json)) continue;
    fields[key] = value;
  }
  if (text?.verbosity !== undefined && text.verbosity !== null) fields['text.verbosity'] = text.verbosity;
  return fields;
}

/** Values that ask for what happens anyway, so dropping them is no loss worth naming. */
function meansNothing(key: string, value: unknown, json: JsonObject): boolean {
  if (key === 'background') return value === false;
  if (key === 'truncation') return value === 'disabled';
  if (key === 'tool_choice') return decodeToolChoice(json.tool_choice) !== undefined;
  if (key === 'include') return Array.isArray(value) && value.every((entry) => entry === 'reasoning.encrypted_content');
  return false;
}
