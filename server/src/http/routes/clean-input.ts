import type { ChatRequest, Content } from '../../kernel/chat.ts';
import { withoutControlCharacters } from '../../kernel/control-characters.ts';

/** Texts of a seed-API call without control characters, which no reader sees and some obey. */
export function cleanInput(chat: ChatRequest): ChatRequest {
  return {
    ...chat,
    messages: chat.messages.map((message) => ({ ...message, content: message.content.map(cleanContent) })),
  };
}

function cleanContent(content: Content): Content {
  if (content.type === 'text') return { ...content, text: withoutControlCharacters(content.text) };
  return content.type === 'tool-result' ? { ...content, content: content.content.map(cleanContent) } : content;
}
