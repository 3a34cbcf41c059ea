import { checkFields, type FieldRule } from '../../check-fields.ts';
import { isObject, type JsonObject } from '../../json.ts';
import { openAiFieldError, openAiRefusal } from '../openai/family.ts';
import { unknownModel } from '../openai-chat/chat-check.ts';

const FIELDS: readonly FieldRule[] = [
  { name: 'model', kinds: ['string'], required: true },
  { name: 'input', kinds: ['string', 'array'], required: true },
  { name: 'instructions', kinds: ['string', 'array'] },
  { name: 'temperature', kinds: ['number'], min: 0, max: 2 },
  { name: 'top_p', kinds: ['number'], min: 0, max: 1 },
  { name: 'max_output_tokens', kinds: ['integer'], min: 16 },
  { name: 'stream', kinds: ['boolean'] },
  { name: 'store', kinds: ['boolean'] },
  { name: 'tools', kinds: ['array'] },
  { name: 'tool_choice', kinds: ['string', 'object'] },
  { name: 'parallel_tool_calls', kinds: ['boolean'] },
  { name: 'previous_response_id', kinds: ['string'] },
  { name: 'reasoning', kinds: ['object'] },
  { name: 'text', kinds: ['object'] },
  { name: 'include', kinds: ['array'] },
  { name: 'metadata', kinds: ['object'] },
  { name: 'user', kinds: ['string'] },
];

export function checkResponsesRequest(body: unknown): asserts body is JsonObject {
  if (!isObject(body)) throw openAiRefusal('The request body must be a JSON object.', 'body');
  const problem = checkFields(body, FIELDS);
  if (problem) throw openAiFieldError(problem);
  if (body.model === 'missing-model') throw unknownModel('missing-model');
  if (Array.isArray(body.input)) body.input.forEach(checkItem);
}

/** Every tool output must answer a call of the same conversation. */
export function checkToolOutputs(history: JsonObject[]): void {
  const made = new Set<unknown>();
  for (const item of history) {
    if (item.type === 'function_call' || item.type === 'custom_tool_call') made.add(item.call_id);
    else if (item.type === 'function_call_output' || item.type === 'custom_tool_call_output') {
      if (!made.has(item.call_id)) {
        throw openAiRefusal(
          `No tool call found for function call output with call_id ${String(item.call_id)}.`,
          'input',
        );
      }
    }
  }
}

function checkItem(item: unknown, index: number): void {
  const path = `input[${index}]`;
  if (!isObject(item)) {
    throw openAiFieldError({ path, problem: 'type', expected: 'an object', got: JSON.stringify(item) ?? 'nothing' });
  }
  if (item.type !== undefined && item.type !== 'message') return;
  const problem = checkFields(
    item,
    [
      { name: 'role', kinds: ['string'], required: true },
      { name: 'content', kinds: ['string', 'array'], required: true },
    ],
    `${path}.`,
  );
  if (problem) throw openAiFieldError(problem);
}
