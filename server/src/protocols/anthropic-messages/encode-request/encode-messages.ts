import type { Content, Message } from '../../../kernel/chat.ts';
import type { Json, JsonObject } from '../../../kernel/json.ts';
import { encodeContent } from './encode-content.ts';
import type { Encoding } from './encoding.ts';

/** Said by the user where the wire demands a user turn and the conversation has none to give. */
const PLACEHOLDER = 'Continue.';

interface Turn {
  readonly role: 'user' | 'assistant' | 'system';
  /** Tool results, which must lead a user turn. */
  readonly results: JsonObject[];
  readonly blocks: JsonObject[];
}

export interface EncodedMessages {
  /** Absent when there is no system text. */
  readonly system?: Json;
  readonly messages: JsonObject[];
}

/**
 * Turns must alternate and start with the user. System and developer messages, wherever they stand, move to the top-level
 * system prompt (a client of this very wire keeps its mid-conversation ones in place); neighbours of one role become one
 * turn; a conversation that starts with the assistant, or has no turn at all, gets a placeholder user turn in front.
 */
export function encodeMessages(messages: readonly Message[], encoding: Encoding): EncodedMessages {
  const system: JsonObject[] = [];
  const turns: Turn[] = [];
  for (const message of messages) {
    if (message.name !== undefined) encoding.drop('messages.name');
    const isSystem = message.role === 'system' || message.role === 'developer';
    if (isSystem && !(encoding.isOwnWire && turns.length > 0)) system.push(...encodeSystem(message.content, encoding));
    else addTurn(turns, message, encoding);
  }
  if (turns[0]?.role !== 'user') turns.unshift(userTurn(PLACEHOLDER));
  trimLastAnswer(turns.at(-1));
  const encoded = turns.map(({ role, results, blocks }) => ({ role, content: shorten([...results, ...blocks]) }));
  return system.length === 0 ? { messages: encoded } : { system: shorten(system), messages: encoded };
}

function encodeSystem(content: readonly Content[], encoding: Encoding): JsonObject[] {
  return content.flatMap<JsonObject>((item) => {
    if (item.type === 'text') return encodeContent(item, encoding) ?? [];
    encoding.drop(`messages.system.${item.type}`);
    return [];
  });
}

function addTurn(turns: Turn[], message: Message, encoding: Encoding): void {
  const role = message.role === 'tool' ? 'user' : message.role === 'developer' ? 'system' : message.role;
  const blocks = message.content.flatMap<JsonObject>((item) => {
    if (role === 'assistant' && isInputOnly(item)) {
      encoding.drop(`messages.assistant.${item.type}`);
      return [];
    }
    return encodeContent(item, encoding) ?? [];
  });
  if (blocks.length === 0) return;
  const last = turns.at(-1);
  const turn = last?.role === role ? last : { role, results: [], blocks: [] };
  if (turn !== last) turns.push(turn);
  for (const block of blocks) (block.type === 'tool_result' ? turn.results : turn.blocks).push(block);
}

/** Media may be shown to the model but not put into its mouth. */
function isInputOnly(content: Content): boolean {
  return content.type === 'image' || content.type === 'file';
}

function userTurn(text: string): Turn {
  return { role: 'user', results: [], blocks: [{ type: 'text', text }] };
}

/** The wire refuses a final assistant text that ends in white space. */
function trimLastAnswer(turn: Turn | undefined): void {
  const block = turn?.blocks.at(-1);
  if (turn?.role !== 'assistant' || block?.type !== 'text') return;
  turn.blocks[turn.blocks.length - 1] = { ...block, text: String(block.text).trimEnd() };
}

/** A single plain text block is sent as the string it is. */
function shorten(blocks: JsonObject[]): Json {
  const [first] = blocks;
  const isPlainText = blocks.length === 1 && first?.type === 'text' && Object.keys(first).length === 2;
  return isPlainText ? (first.text ?? '') : blocks;
}
