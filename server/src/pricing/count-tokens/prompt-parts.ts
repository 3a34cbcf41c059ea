import type { AudioContent, ChatRequest, Content, FileContent, FunctionTool, Message } from '../../kernel/chat.ts';
import { imageTokens } from './image-tokens.ts';
import { toolText } from './tool-text.ts';

/** A prompt as the tokeniser needs it. */
export interface PromptParts {
  /** Everything that is counted as text. */
  readonly texts: string[];
  /** What is added to it: overhead and media. */
  tokens: number;
  /** True when everything in the prompt has a published rule. */
  exact: boolean;
}

/** OpenAI's chat format: three tokens frame each message, one marks a name, three open the reply. */
const PER_MESSAGE = 3;
const PER_NAME = 1;
const REPLY_OPENING = 3;
const PER_TOOL_LIST = 9;
const PER_TOOL_CALL = 3;
const AUDIO_TOKENS_PER_SECOND = 10;
const AUDIO_BYTES_PER_SECOND: Record<string, number> = { wav: 48_000, pcm16: 48_000, mp3: 16_000 };
/** A page of a document is about 50 KB and 1,000 tokens. */
const FILE_BYTES_PER_TOKEN = 50;

export function promptParts(model: string, request: ChatRequest): PromptParts {
  const parts: PromptParts = { texts: [], tokens: REPLY_OPENING, exact: true };
  for (const message of request.messages) addMessage(parts, message, model);
  const tools = (request.tools ?? []).filter((tool): tool is FunctionTool => tool.type === 'function');
  if (tools.length > 0) approximate(parts, { text: toolText(tools), tokens: PER_TOOL_LIST });
  if (request.tools !== undefined && request.tools.length > tools.length) parts.exact = false;
  if (request.responseFormat?.kind === 'json-schema') {
    approximate(parts, { text: JSON.stringify(request.responseFormat.schema) });
  }
  return parts;
}

/** One message in its frame. */
export function messageParts(model: string, message: Message): PromptParts {
  const parts: PromptParts = { texts: [], tokens: 0, exact: true };
  addMessage(parts, message, model);
  return parts;
}

function addMessage(parts: PromptParts, message: Message, model: string): void {
  parts.tokens += PER_MESSAGE;
  parts.texts.push(message.role);
  if (message.name !== undefined) {
    parts.texts.push(message.name);
    parts.tokens += PER_NAME;
  }
  for (const content of message.content) addContent(parts, content, model);
}

function addContent(parts: PromptParts, content: Content, model: string): void {
  switch (content.type) {
    case 'text':
    case 'refusal':
      parts.texts.push(content.text);
      break;
    case 'tool-call':
      approximate(parts, { text: content.name, tokens: PER_TOOL_CALL });
      parts.texts.push(content.argumentsText);
      break;
    case 'tool-result':
      for (const inner of content.content) addContent(parts, inner, model);
      break;
    case 'reasoning':
      approximate(parts, { text: content.text });
      break;
    case 'image':
      approximate(parts, { tokens: imageTokens(model, content) });
      break;
    case 'audio':
      approximate(parts, { tokens: audioTokens(content) });
      break;
    case 'file':
      approximate(parts, fileParts(content));
      break;
    case 'opaque':
      approximate(parts, { text: JSON.stringify(content.value) });
      break;
  }
}

function approximate(parts: PromptParts, of: { text?: string; tokens?: number }): void {
  if (of.text !== undefined) parts.texts.push(of.text);
  parts.tokens += of.tokens ?? 0;
  parts.exact = false;
}

function audioTokens({ data, format }: AudioContent): number {
  const bytesPerSecond = AUDIO_BYTES_PER_SECOND[format] ?? 16_000;
  return Math.ceil((base64Bytes(data) / bytesPerSecond) * AUDIO_TOKENS_PER_SECOND);
}

function fileParts({ source }: FileContent): { text?: string; tokens?: number } {
  if (source.kind === 'text') return { text: source.text };
  return source.kind === 'base64' ? { tokens: Math.ceil(base64Bytes(source.data) / FILE_BYTES_PER_TOKEN) } : {};
}

function base64Bytes(data: string): number {
  return Math.floor((data.length * 3) / 4);
}
