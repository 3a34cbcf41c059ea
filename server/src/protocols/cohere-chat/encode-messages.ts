import type { Content, Message, ToolResultContent } from '../../kernel/chat.ts';
import { compact, type Json, type JsonObject } from '../../kernel/json.ts';
import type { DropReport } from '../drop-report.ts';

/** Said by the user where the wire demands a message and the conversation has none to give. */
const PLACEHOLDER = 'Continue.';

/** The wire's messages are OpenAI's with fewer kinds of content and a plan beside tool calls. */
export function encodeMessages(messages: readonly Message[], drops: DropReport): JsonObject[] {
  const encoded = messages.flatMap((message) => encodeMessage(message, drops));
  const hasTurn = encoded.some(({ role }) => role !== 'system');
  return hasTurn ? encoded : [...encoded, { role: 'user', content: PLACEHOLDER }];
}

function encodeMessage({ role, name, content }: Message, drops: DropReport): JsonObject[] {
  if (name !== undefined) drops.name('messages.name');
  for (const item of content) drops.marks(item);
  switch (role) {
    case 'system':
    case 'developer':
      return nonEmpty('system', textOf(content, 'messages.system', drops));
    case 'assistant':
      return encodeAnswer(content, drops);
    case 'tool':
      return encodeResults(content, drops);
    case 'user':
      return nonEmpty('user', encodeQuestion(content, drops));
  }
}

function nonEmpty(role: string, content: string | JsonObject[]): JsonObject[] {
  return content.length === 0 ? [] : [{ role, content }];
}

function textOf(contents: readonly Content[], place: string, drops: DropReport): string {
  const texts: string[] = [];
  for (const content of contents) {
    if (content.type === 'text') texts.push(content.text);
    else drops.name(`${place}.${content.type}`);
  }
  return texts.join('\n');
}

function encodeQuestion(contents: readonly Content[], drops: DropReport): string | JsonObject[] {
  if (contents.every(({ type }) => type === 'text')) return textOf(contents, 'messages', drops);
  return contents.flatMap<JsonObject>((content) => encodePart(content, drops) ?? []);
}

function encodePart(content: Content, drops: DropReport): JsonObject | undefined {
  if (content.type === 'text') return content.text === '' ? undefined : { type: 'text', text: content.text };
  if (content.type === 'file' && content.source.kind === 'text') return { type: 'text', text: content.source.text };
  if (content.type === 'image' && content.source.kind !== 'file-id') {
    const { source, detail } = content;
    const url = source.kind === 'url' ? source.url : `data:${source.mediaType};base64,${source.data}`;
    return { type: 'image_url', image_url: compact({ url, detail }) };
  }
  drops.name(`messages.${content.type === 'opaque' ? content.name : content.type}`);
  return undefined;
}

/** Text beside tool calls is what the wire calls their plan. */
function encodeAnswer(contents: readonly Content[], drops: DropReport): JsonObject[] {
  const calls: JsonObject[] = [];
  const thinking: JsonObject[] = [];
  let text = '';
  for (const content of contents) {
    if (content.type === 'text' || content.type === 'refusal') text += content.text;
    else if (content.type === 'tool-call') {
      const { id, name, argumentsText } = content;
      calls.push({ id, type: 'function', function: { name, arguments: argumentsText === '' ? '{}' : argumentsText } });
    } else if (content.type === 'reasoning') {
      if (content.wire === 'cohere-chat') thinking.push({ type: 'thinking', thinking: content.text });
      else if (content.signature !== undefined || content.encrypted !== undefined) drops.name('messages.reasoning');
    } else drops.name(`messages.${content.type === 'opaque' ? content.name : content.type}`);
  }
  const isPlan = calls.length > 0;
  const said: Json[] = isPlan || text === '' ? thinking : [...thinking, { type: 'text', text }];
  if (said.length === 0 && !isPlan) return [];
  return [
    compact({
      role: 'assistant',
      content: said.length === 0 ? undefined : thinking.length === 0 ? text : said,
      tool_plan: isPlan && text !== '' ? text : undefined,
      tool_calls: isPlan ? calls : undefined,
    }),
  ];
}

/** Results are texts; the wire has no mark for a failed one, so it is said. */
function encodeResults(contents: readonly Content[], drops: DropReport): JsonObject[] {
  return contents.flatMap<JsonObject>((content) => {
    if (content.type !== 'tool-result') return [];
    return { role: 'tool', tool_call_id: content.toolCallId, content: resultText(content, drops) };
  });
}

function resultText(result: ToolResultContent, drops: DropReport): string {
  const text = textOf(result.content, 'messages.tool', drops);
  return result.isError === true ? `Error: ${text}` : text;
}
