import type { Content, Part } from '../../../kernel/chat.ts';
import { asString, type JsonObject } from '../../../kernel/json.ts';

/** What one output item of a running stream has shown so far. */
export interface ItemState {
  readonly type: string;
  /** Block of each content part of a message by its index; a call or reasoning item has one, under 0. */
  readonly blocks: Map<number, { readonly block: number; open: boolean }>;
  /** True once any of its text, arguments or reasoning was given out. */
  streamed: boolean;
  /** Reasoning: where the last delta belonged, so that a new summary part starts a new paragraph. */
  place: string | undefined;
}

export function newItemState(item: JsonObject): ItemState {
  return { type: asString(item.type) ?? 'message', blocks: new Map(), streamed: false, place: undefined };
}

/** The parts that show a whole content block at once, for items a provider sent without deltas. */
export function partsOfContent(content: Content, block: number): Part[] {
  const at = { choice: 0, block };
  switch (content.type) {
    case 'text':
      return [
        { type: 'text-delta', ...at, text: content.text },
        { type: 'block-end', ...at },
      ];
    case 'refusal':
      return [
        { type: 'refusal-delta', ...at, text: content.text },
        { type: 'block-end', ...at },
      ];
    case 'tool-call':
      return [
        { type: 'tool-call-start', ...at, id: content.id, name: content.name },
        { type: 'tool-call-delta', ...at, argumentsText: content.argumentsText },
        { type: 'block-end', ...at },
      ];
    case 'reasoning': {
      const { text, type: _, cacheControl: __, wire = 'openai-responses', ...proof } = content;
      const end: Part = { type: 'reasoning-end', ...at, wire, ...proof };
      return text === '' ? [end] : [{ type: 'reasoning-delta', ...at, text }, end];
    }
    case 'opaque':
      return [{ type: 'opaque', choice: 0, content }];
    default:
      return [];
  }
}
