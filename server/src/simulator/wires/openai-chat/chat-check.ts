import { checkFields, type FieldRule } from '../../check-fields.ts';
import { isObject, type JsonObject, numberOf, objectsIn, stringOf } from '../../json.ts';
import { WireError } from '../../wire-error.ts';
import { openAiRefusal } from '../openai/family.ts';
import type { ChatDialect } from './chat-dialect.ts';

const FIELDS: readonly FieldRule[] = [
  { name: 'model', kinds: ['string'], required: true },
  { name: 'messages', kinds: ['array'], required: true, min: 1 },
  { name: 'temperature', kinds: ['number'], min: 0, max: 2 },
  { name: 'top_p', kinds: ['number'], min: 0, max: 1 },
  { name: 'n', kinds: ['integer'], min: 1, max: 128 },
  { name: 'stream', kinds: ['boolean'] },
  { name: 'stream_options', kinds: ['object'] },
  { name: 'max_tokens', kinds: ['integer'], min: 1 },
  { name: 'max_completion_tokens', kinds: ['integer'], min: 1 },
  { name: 'stop', kinds: ['string', 'array'] },
  { name: 'presence_penalty', kinds: ['number'], min: -2, max: 2 },
  { name: 'frequency_penalty', kinds: ['number'], min: -2, max: 2 },
  { name: 'logprobs', kinds: ['boolean'] },
  { name: 'top_logprobs', kinds: ['integer'], min: 0, max: 20 },
  { name: 'logit_bias', kinds: ['object'] },
  { name: 'seed', kinds: ['integer'] },
  { name: 'user', kinds: ['string'] },
  { name: 'tools', kinds: ['array'] },
  { name: 'tool_choice', kinds: ['string', 'object'] },
  { name: 'parallel_tool_calls', kinds: ['boolean'] },
  { name: 'response_format', kinds: ['object'] },
  { name: 'reasoning_effort', kinds: ['string'] },
  { name: 'metadata', kinds: ['object'] },
];

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool', 'function'];

/** Refuses what the provider would refuse; what passes has the types that `readChatTurn` relies on. */
export function checkChatRequest(body: unknown, dialect: ChatDialect): asserts body is JsonObject {
  if (!isObject(body)) throw openAiRefusal('The request body must be a JSON object.', 'body');
  const problem = checkFields(body, FIELDS);
  if (problem) throw dialect.family.fieldError(problem);
  checkModel(body, dialect);
  checkMessages(body.messages as unknown[], dialect);
  for (const [index, tool] of objectsIn(body.tools).entries()) checkTool(tool, index, dialect);
  checkResponseFormat(body, dialect);
  if (isObject(body.stream_options) && body.stream !== true) {
    throw openAiRefusal("The 'stream_options' parameter is only allowed when 'stream' is enabled.", 'stream_options');
  }
  if ((numberOf(body.n) ?? 1) > dialect.mostChoices) {
    throw openAiRefusal(`'n' : number must be at most ${dialect.mostChoices}`, 'n');
  }
}

export function unknownModel(model: string): WireError {
  return new WireError({
    status: 404,
    type: 'invalid_request_error',
    code: 'model_not_found',
    message: `The model \`${model}\` does not exist or you do not have access to it.`,
  });
}

function checkModel(body: JsonObject, dialect: ChatDialect): void {
  const model = stringOf(body.model) ?? '';
  if (model === 'missing-model') throw unknownModel(model);
  if (typeof body.max_tokens === 'number' && dialect.refusesMaxTokens?.test(model)) {
    throw openAiRefusal(
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      'max_tokens',
      'unsupported_parameter',
    );
  }
}

function checkMessages(messages: unknown[], dialect: ChatDialect): void {
  let open = new Set<string>();
  messages.forEach((message, index) => {
    const path = `messages[${index}]`;
    const fail = (field: string, expected: string, got: unknown) =>
      dialect.family.fieldError({
        path: path + field,
        problem: 'type',
        expected,
        got: JSON.stringify(got) ?? 'nothing',
      });
    if (!isObject(message)) throw fail('', 'an object', message);
    if (!ROLES.includes(String(message.role))) throw fail('.role', `one of ${ROLES.join(', ')}`, message.role);
    const { content } = message;
    const mayBeEmpty = message.role === 'assistant' || message.role === 'function';
    if (typeof content !== 'string' && !Array.isArray(content) && !(mayBeEmpty && (content ?? null) === null)) {
      throw fail('.content', 'a string or an array of content parts', content);
    }
    open = followToolCalls(message, open, path);
  });
  if (open.size > 0) throw unanswered(open, 'messages');
}

/** Every tool call must be answered before anyone else speaks, and only calls that were made can be. */
function followToolCalls(message: JsonObject, open: Set<string>, path: string): Set<string> {
  if (message.role === 'tool') {
    const id = String(message.tool_call_id);
    if (!open.delete(id)) {
      throw openAiRefusal(
        `messages with role 'tool' must be a response to a preceding message with 'tool_calls'; ${id} is not one.`,
        `${path}.tool_call_id`,
      );
    }
    return open;
  }
  if (open.size > 0) throw unanswered(open, path);
  return new Set(objectsIn(message.tool_calls).map((call) => String(call.id)));
}

function unanswered(open: Set<string>, path: string): WireError {
  return openAiRefusal(
    `An assistant message with 'tool_calls' must be followed by tool messages for each 'tool_call_id'. Missing: ${[...open].join(', ')}`,
    path,
  );
}

function checkTool(tool: JsonObject, index: number, dialect: ChatDialect): void {
  const definition = isObject(tool.function) ? tool.function : isObject(tool.custom) ? tool.custom : {};
  const problem = checkFields(
    definition,
    [{ name: 'name', kinds: ['string'], required: true }],
    `tools[${index}].function.`,
  );
  if (problem) throw dialect.family.fieldError(problem);
}

function checkResponseFormat(body: JsonObject, dialect: ChatDialect): void {
  if (!isObject(body.response_format) || body.response_format.type !== 'json_schema') return;
  const schema = isObject(body.response_format.json_schema) ? body.response_format.json_schema : {};
  const problem = checkFields(
    schema,
    [
      { name: 'name', kinds: ['string'], required: dialect.family.name === 'openai' },
      { name: 'schema', kinds: ['object'], required: true },
    ],
    'response_format.json_schema.',
  );
  if (problem) throw dialect.family.fieldError(problem);
}
