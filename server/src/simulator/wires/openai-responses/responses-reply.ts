import { createHash } from 'node:crypto';
import { isObject, type JsonObject, stringOf } from '../../json.ts';
import { cachedPrefixTokens } from '../../mind/input-tokens.ts';
import type { Answer } from '../../mind/turn.ts';
import { newId } from '../../new-id.ts';
import { datedModel } from '../openai/openai-dialect.ts';

/** The response object as it stands before the model has said anything. */
export function startedResponse(body: JsonObject): JsonObject {
  const text = isObject(body.text) ? body.text : {};
  return {
    id: newId('resp_'),
    object: 'response',
    created_at: Math.floor(Date.now() / 1000),
    status: 'in_progress',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    model: datedModel(stringOf(body.model) ?? ''),
    output: [],
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: body.previous_response_id ?? null,
    reasoning: { effort: null, summary: null, ...(isObject(body.reasoning) ? body.reasoning : {}) },
    service_tier: 'default',
    store: body.store ?? true,
    temperature: body.temperature ?? 1,
    text: { format: { type: 'text' }, ...text },
    tool_choice: body.tool_choice ?? 'auto',
    tools: body.tools ?? [],
    top_p: body.top_p ?? 1,
    truncation: 'disabled',
    usage: null,
    user: body.user ?? null,
    metadata: body.metadata ?? {},
  };
}

export function finishedResponse(
  started: JsonObject,
  { answer, output, input }: { answer: Answer; output: JsonObject[]; input: number },
): JsonObject {
  const cut = answer.finish === 'length';
  return {
    ...started,
    status: cut ? 'incomplete' : 'completed',
    completed_at: cut ? null : Math.floor(Date.now() / 1000),
    incomplete_details: cut ? { reason: 'max_output_tokens' } : null,
    output,
    usage: {
      input_tokens: input,
      input_tokens_details: { cached_tokens: cachedPrefixTokens(input), cache_write_tokens: 0 },
      output_tokens: answer.outputTokens,
      output_tokens_details: { reasoning_tokens: answer.thinkingTokens },
      total_tokens: input + answer.outputTokens,
    },
  };
}

/** The output items of an answer: thinking, then a message or tool calls. */
export function outputItems(answer: Answer, body: JsonObject): JsonObject[] {
  const items: JsonObject[] = [];
  if (answer.thinking !== '') items.push(reasoningItem(answer, body));
  if (answer.text !== '' || answer.calls.length === 0) {
    items.push({
      id: newId('msg_'),
      type: 'message',
      status: answer.finish === 'length' ? 'incomplete' : 'completed',
      role: 'assistant',
      content: [{ type: 'output_text', text: answer.text, annotations: [], logprobs: [] }],
    });
  }
  for (const call of answer.calls) {
    const status = 'completed';
    items.push(
      call.kind === 'custom'
        ? {
            id: newId('ctc_'),
            type: 'custom_tool_call',
            status,
            call_id: newId('call_'),
            name: call.name,
            input: call.input,
          }
        : {
            id: newId('fc_'),
            type: 'function_call',
            status,
            call_id: newId('call_'),
            name: call.name,
            arguments: call.input,
          },
    );
  }
  return items;
}

function reasoningItem(answer: Answer, body: JsonObject): JsonObject {
  const reasoning = isObject(body.reasoning) ? body.reasoning : {};
  const summarised = typeof reasoning.summary === 'string';
  const encrypted = Array.isArray(body.include) && body.include.includes('reasoning.encrypted_content');
  return {
    id: newId('rs_'),
    type: 'reasoning',
    summary: summarised ? [{ type: 'summary_text', text: answer.thinking }] : [],
    ...(encrypted ? { encrypted_content: createHash('sha256').update(answer.thinking).digest('base64') } : {}),
  };
}
