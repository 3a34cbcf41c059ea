import type { Message } from '../../../kernel/chat.ts';
import { invalidRequest } from '../../../kernel/errors.ts';
import { cutAt } from './cut-at.ts';
import { type Unit, unitsOf } from './units-of.ts';

/** How much of a conversation is sent. */
export interface WindowBudget {
  /** Most messages besides system and developer messages. */
  readonly messages: number;
  /** Most tokens of all messages, system and developer messages included. */
  readonly tokens: number;
}

/** Sizes in messages and tokens. */
export type Size = WindowBudget;

export interface WindowOptions {
  /** Always the same for the same message. */
  readonly tokensOf: (message: Message) => number;
  /** What stands before the history and is not given, because it cannot be in the view; absent: nothing. */
  readonly before?: Size;
}

export interface WindowView {
  /** In the order of the history. */
  readonly messages: readonly Message[];
  /** Of the view. */
  readonly tokens: number;
  /** How many messages of the given history are not in the view. */
  readonly left: number;
}

/**
 * What of a history is sent. System and developer messages are always in it; a tool call and its results are in it together
 * or not at all; behind the system messages it begins with a user; the last user message and what was said last are in it. It is
 * never over the budget: throws `request.invalid` when even that is too much. A view of a view is the view, and a larger
 * budget's view holds everything of a smaller one's.
 */
export function windowOf(history: readonly Message[], budget: WindowBudget, options: WindowOptions): WindowView {
  const measured = measure(unitsOf(history), options);
  const kept = measured.talk.length === 0 ? [] : keep(measured, budget);
  const tokens = measured.instructionTokens + sum(kept, 'tokens');
  if (tokens > budget.tokens) throw tooLarge('tokens', tokens, budget.tokens);
  const chosen = new Set<Unit>(kept.map(({ unit }) => unit));
  const messages: Message[] = [];
  for (const unit of measured.units) {
    if (unit.kind === 'instruction' || chosen.has(unit)) messages.push(...unit.messages);
  }
  return { messages, tokens, left: Math.max(0, history.length - messages.length) };
}

interface Placed extends Size {
  readonly unit: Unit;
  /** Where it begins, from the beginning of the conversation. */
  readonly at: Size;
}

interface Measured {
  readonly units: readonly Unit[];
  /** Everything but instructions. */
  readonly talk: readonly Placed[];
  readonly length: Size;
  readonly instructionTokens: number;
}

function measure(units: readonly Unit[], { tokensOf, before }: WindowOptions): Measured {
  const talk: Placed[] = [];
  let { messages, tokens } = before ?? { messages: 0, tokens: 0 };
  let instructionTokens = 0;
  for (const unit of units) {
    let size = 0;
    for (const message of unit.messages) size += tokensOf(message);
    if (unit.kind === 'instruction') {
      instructionTokens += size;
      continue;
    }
    talk.push({ unit, at: { messages, tokens }, messages: unit.messages.length, tokens: size });
    messages += unit.messages.length;
    tokens += size;
  }
  return { units, talk, length: { messages, tokens }, instructionTokens };
}

function keep(measured: Measured, budget: WindowBudget): readonly Placed[] {
  const { talk, length } = measured;
  const room = { messages: budget.messages, tokens: budget.tokens - measured.instructionTokens };
  const cut = cutOf(length, room);
  const start = talk.findIndex(({ unit, at }) => unit.kind === 'user' && !isBefore(at, cut));
  return start >= 0 ? talk.slice(start) : keepLastTurn(measured, room);
}

/** The last user's turn alone is too long: of what followed on it, the oldest goes. */
function keepLastTurn({ talk, length }: Measured, room: Size): readonly Placed[] {
  const asked = talk.findLastIndex(({ unit }) => unit.kind === 'user');
  const user = talk[asked];
  const last = talk.at(-1);
  if (user === undefined || last === undefined) {
    throw invalidRequest('messages', 'a conversation needs a message of the user.');
  }
  // Without the user's message, which is kept in any case.
  const cut = cutOf(minus(length, user), minus(room, user));
  const stays = (placed: Placed) => placed === last || !isBefore(minus(placed.at, user), cut);
  const kept = [user, ...talk.slice(asked + 1).filter(stays)];
  const messages = sum(kept, 'messages');
  if (messages > room.messages) throw tooLarge('messages', messages, room.messages);
  return kept;
}

function minus(size: Size, { messages, tokens }: Size): Size {
  return { messages: size.messages - messages, tokens: size.tokens - tokens };
}

function cutOf(length: Size, room: Size): Size {
  return {
    messages: cutAt(length.messages, Math.max(0, room.messages)),
    tokens: cutAt(length.tokens, Math.max(0, room.tokens)),
  };
}

function isBefore(at: Size, cut: Size): boolean {
  return at.messages < cut.messages || at.tokens < cut.tokens;
}

function sum(placed: readonly Placed[], axis: keyof Size): number {
  return placed.reduce((total, { [axis]: size }) => total + size, 0);
}

function tooLarge(axis: keyof Size, needed: number, budget: number): Error {
  return invalidRequest(
    'messages',
    `the system prompt and the last turn have ${needed} ${axis}, and the window of the conversation takes ${budget}. ` +
      `Shorten them, or raise the conversation's window.${axis} or the setting conversations.window.${axis}.`,
  );
}
