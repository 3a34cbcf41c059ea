import type { Content, Message } from '../../../kernel/chat.ts';
import { answeredIdOf, callIdOf, isInstruction } from './links.ts';

/** Messages that stay or go together: one message, or an assistant's with everything that answers its tool calls. */
export interface Unit {
  readonly kind: 'instruction' | 'user' | 'other';
  readonly messages: readonly Message[];
}

interface OpenUnit extends Unit {
  readonly messages: Message[];
  /** Calls that nobody has answered yet. */
  pending: number;
}

/**
 * The history in units, in order. Answers stand right behind their call, wherever they came; an answer to nothing and a
 * message whose calls were not all answered are no part of any unit, because no provider takes them.
 */
export function unitsOf(history: readonly Message[]): Unit[] {
  const units: OpenUnit[] = [];
  const open = new Map<string, OpenUnit>();
  let last: OpenUnit | undefined;
  const begin = (kind: Unit['kind'], message: Message): OpenUnit => {
    const unit: OpenUnit = { kind, messages: [message], pending: 0 };
    units.push(unit);
    return unit;
  };
  for (const message of history) {
    if (isInstruction(message)) {
      begin('instruction', message);
    } else if (message.role !== 'assistant' && message.content.some((item) => answeredIdOf(item) !== undefined)) {
      const rest = addAnswers(message, open, last);
      if (rest !== undefined) last = begin('user', rest);
    } else if (message.role === 'user') {
      last = begin('user', message);
    } else if (message.role === 'assistant') {
      last = begin('other', message);
      addCalls(message, last, open);
    }
  }
  return units.filter(({ pending }) => pending === 0);
}

function addCalls(message: Message, unit: OpenUnit, open: Map<string, OpenUnit>): void {
  for (const content of message.content) {
    const call = callIdOf(content);
    if (call !== undefined) {
      // Some providers count their calls anew in every reply: an answer belongs to the latest.
      open.set(call, unit);
      unit.pending++;
    }
    const answered = answeredIdOf(content);
    if (answered !== undefined && open.get(answered) === unit) close(answered, open);
  }
}

/** Puts answers behind their calls; gives what the message says besides. */
function addAnswers(message: Message, open: Map<string, OpenUnit>, last: OpenUnit | undefined): Message | undefined {
  const isPlain = message.content.every((item) => {
    const id = answeredIdOf(item);
    return id !== undefined && last !== undefined && open.get(id) === last;
  });
  if (isPlain && isDistinct(message.content)) {
    for (const item of message.content) close(answeredIdOf(item) ?? '', open);
    last?.messages.push(message);
    return undefined;
  }
  const rest: Content[] = [];
  for (const item of message.content) {
    const id = answeredIdOf(item);
    if (id === undefined) {
      rest.push(item);
      continue;
    }
    const unit = open.get(id);
    if (unit === undefined) continue;
    close(id, open);
    unit.messages.push({ ...message, content: [item] });
  }
  return message.role === 'user' && rest.length > 0 ? { ...message, content: rest } : undefined;
}

function isDistinct(content: readonly Content[]): boolean {
  return content.length === 1 || new Set(content.map(answeredIdOf)).size === content.length;
}

function close(id: string, open: Map<string, OpenUnit>): void {
  const unit = open.get(id);
  if (unit !== undefined) unit.pending--;
  open.delete(id);
}
