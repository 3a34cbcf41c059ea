import type { Message } from '../../kernel/chat.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { DropReport } from '../drop-report.ts';
import { encodeContent } from './encode-content.ts';

/** Said by the user where the wire demands a user turn and the conversation has none to give. */
const PLACEHOLDER = 'Continue.';

interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: JsonObject[];
}

export interface EncodedMessages {
  readonly system: JsonObject[];
  readonly messages: JsonObject[];
}

/** Turns alternate and start with the user; system and developer messages, wherever they stand, are the system prompt. */
export function encodeMessages(messages: readonly Message[], drops: DropReport): EncodedMessages {
  const system: JsonObject[] = [];
  const turns: Turn[] = [];
  for (const message of messages) {
    if (message.name !== undefined) drops.name('messages.name');
    const isSystem = message.role === 'system' || message.role === 'developer';
    if (isSystem) system.push(...encodeSystem(message, drops));
    else addTurn(turns, message, drops);
  }
  if (turns[0]?.role !== 'user') turns.unshift({ role: 'user', content: [{ text: PLACEHOLDER }] });
  for (const turn of turns) addTextToDocuments(turn);
  return { system, messages: turns.map(({ role, content }) => ({ role, content })) };
}

function encodeSystem(message: Message, drops: DropReport): JsonObject[] {
  return message.content.flatMap((content) => {
    if (content.type === 'text') return encodeContent(content, drops);
    drops.name(`messages.system.${content.type}`);
    return [];
  });
}

function addTurn(turns: Turn[], message: Message, drops: DropReport): void {
  const role = message.role === 'assistant' ? 'assistant' : 'user';
  const content = message.content.flatMap((item) => encodeContent(item, drops));
  if (content.length === 0) return;
  const last = turns.at(-1);
  if (last?.role === role) last.content.push(...content);
  else turns.push({ role, content });
}

/** A document needs a text beside it. */
function addTextToDocuments({ content }: Turn): void {
  const isBare = content.some(({ document }) => document) && !content.some(({ text }) => text !== undefined);
  if (isBare) content.push({ text: PLACEHOLDER });
}
