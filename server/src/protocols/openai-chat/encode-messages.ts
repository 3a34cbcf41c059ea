import type { Content, Message, ToolCallContent, ToolResultContent } from '../../kernel/chat.ts';
import { compact, type Json, type JsonObject } from '../../kernel/json.ts';
import type { Quirks } from '../../ports/protocol.ts';
import { type Dropped, encodeContent, encodeParts, joinTexts, noteLosses } from './encode-content.ts';

export function encodeMessages(messages: readonly Message[], quirks: Quirks, dropped: Dropped): Json[] {
  const encoded: Json[] = [];
  for (let index = 0; index < messages.length; index++) {
    const message = messages[index];
    if (message === undefined) continue;
    if (message.role === 'tool') {
      // The pictures of all results of one turn follow behind them: nothing may stand between tool messages.
      const run = toolRun(messages, index);
      encoded.push(...encodeToolResults(run.results, dropped));
      index += run.messages - 1;
    } else if (message.role === 'assistant') encoded.push(encodeAssistant(message, dropped));
    else {
      const role = message.role === 'developer' && quirks.noDeveloperRole === true ? 'system' : message.role;
      const content = encodeContent(message.content, dropped);
      if (content !== undefined) encoded.push(compact({ role, content, name: message.name }));
    }
  }
  return encoded;
}

function toolRun(messages: readonly Message[], start: number): { results: ToolResultContent[]; messages: number } {
  const results: ToolResultContent[] = [];
  let index = start;
  for (let next = messages[index]; next?.role === 'tool'; next = messages[++index]) {
    for (const content of next.content) if (content.type === 'tool-result') results.push(content);
  }
  return { results, messages: index - start };
}

/** Tool messages hold text only on this wire; pictures and files of a result go into a user message after it. */
function encodeToolResults(results: readonly ToolResultContent[], dropped: Dropped): Json[] {
  const messages: Json[] = [];
  const media: Content[] = [];
  for (const result of results) {
    noteLosses(result, dropped);
    if (result.isError === true) dropped.add('is_error');
    const content = joinTexts(result.content, '\n', dropped);
    messages.push({ role: 'tool', tool_call_id: result.toolCallId, content });
    media.push(...result.content.filter((item) => item.type !== 'text'));
  }
  const parts = encodeParts(media, dropped);
  return parts.length === 0 ? messages : [...messages, { role: 'user', content: parts }];
}

function encodeAssistant(message: Message, dropped: Dropped): JsonObject {
  const calls: Json[] = [];
  let refusal = '';
  let reasoning = '';
  for (const content of message.content) {
    if (content.type === 'tool-call') calls.push(encodeToolCall(content, dropped));
    else if (content.type === 'refusal') refusal += content.text;
    else if (content.type === 'reasoning') {
      // This wire has no place for reasoning in history. Servers that show reasoning_content get their own back. Of
      // other wires the text is left out without a word, as every provider does with old reasoning, unless it carried
      // a proof: then the loss is reported, because that provider's model would have gone on from it.
      if (content.wire === 'openai-chat') reasoning += content.text;
      else if (content.signature !== undefined || content.encrypted !== undefined) dropped.add('reasoning');
    } else if (content.type === 'opaque' && content.wire === 'openai-chat' && content.name === 'custom_tool_call') {
      calls.push(content.value);
    } else if (content.type !== 'text') dropped.add(content.type === 'opaque' ? content.name : content.type);
  }
  const text = joinTexts(message.content, '', dropped);
  return compact({
    role: 'assistant',
    content: text === '' && (calls.length > 0 || refusal !== '') ? null : text,
    reasoning_content: reasoning === '' ? undefined : reasoning,
    refusal: refusal === '' ? undefined : refusal,
    tool_calls: calls.length === 0 ? undefined : calls,
    name: message.name,
  });
}

function encodeToolCall(call: ToolCallContent, dropped: Dropped): JsonObject {
  noteLosses(call, dropped);
  return { id: call.id, type: 'function', function: { name: call.name, arguments: argumentsOf(call) } };
}

/** A call without arguments is `{}` on this wire: servers parse the text. */
export function argumentsOf(call: ToolCallContent): string {
  return call.argumentsText === '' ? '{}' : call.argumentsText;
}
