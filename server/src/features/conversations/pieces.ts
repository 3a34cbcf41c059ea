import type { Content, Message } from '../../kernel/chat.ts';
import type { CountedMessage } from './content.ts';

/** Where a piece of a conversation stands. Turns count from 1, messages of a turn and pieces of a message from 0. */
export interface Place {
  readonly turn: number;
  readonly message: number;
  readonly piece: number;
}

/** What is listed and removed on its own: the words of a message, a tool call, a tool's answer, a reasoning. */
export interface Piece {
  readonly place: Place;
  readonly message: Message;
}

const OWN_PIECE: ReadonlySet<Content['type']> = new Set(['tool-call', 'tool-result', 'reasoning', 'opaque']);

/** The pieces of a turn that nobody removed. */
export function piecesOf(turn: number, messages: readonly CountedMessage[], removed: ReadonlySet<string>): Piece[] {
  return messages.flatMap(({ message }, at) =>
    split(message).flatMap((content, piece) => {
      const place = { turn, message: at, piece };
      return removed.has(nameOf(place)) ? [] : [{ place, message: { ...message, content } }];
    }),
  );
}

/** A turn without what was removed from it. What is left of a message counts as many tokens as the whole. */
export function withoutPieces(
  turn: number,
  messages: readonly CountedMessage[],
  removed: ReadonlySet<string>,
): readonly CountedMessage[] {
  if (![...removed].some((name) => name.startsWith(`${turn}.`))) return messages;
  return messages.flatMap(({ message, tokens }, at) => {
    const content = split(message).filter((_, piece) => !removed.has(nameOf({ turn, message: at, piece })));
    return content.length === 0 ? [] : [{ message: { ...message, content: content.flat() }, tokens }];
  });
}

export function nameOf({ turn, message, piece }: Place): string {
  return `${turn}.${message}.${piece}`;
}

/** Words that stand together are one piece. */
function split({ content }: Message): Content[][] {
  const pieces: Content[][] = [];
  for (const each of content) {
    const last = pieces.at(-1);
    const isAlone = OWN_PIECE.has(each.type) || last === undefined || OWN_PIECE.has(last[0]?.type ?? 'text');
    if (isAlone) pieces.push([each]);
    else last.push(each);
  }
  return pieces;
}
