import type { ChatRequest, Message } from '../../kernel/chat.ts';
import { invalidRequest } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { decodeChatRequest } from '../openai-chat/decode-request.ts';
import { weirFields } from '../openai-chat/weir-fields.ts';

/**
 * A completion as a chat of one user message. Fields that only this wire has (suffix, echo, logprobs, best_of) stay in
 * the extensions, from where another wire drops them by name; their neutral values are not worth a report.
 */
export function decodeCompletionRequest(json: JsonObject): ChatRequest {
  const { prompt: _, ...rest } = json;
  const chat = decodeChatRequest(rest);
  const fields = { ...chat.extensions.fields };
  if (fields.echo === false) delete fields.echo;
  if (fields.best_of === 1) delete fields.best_of;
  if (fields.suffix === '') delete fields.suffix;
  return { ...chat, messages: promptMessages(json), extensions: { wire: 'openai-completions', fields } };
}

function promptMessages(json: JsonObject): Message[] {
  // A stored prompt is rendered later; until then there is no message.
  if (weirFields(json).includes('prompt')) return [];
  const only = Array.isArray(json.prompt) && json.prompt.length === 1 ? json.prompt[0] : json.prompt;
  if (typeof only !== 'string') {
    throw invalidRequest('prompt', 'this model is reached by another API, which takes one text and no token ids');
  }
  return [{ role: 'user', content: only === '' ? [] : [{ type: 'text', text: only }] }];
}
