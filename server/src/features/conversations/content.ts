import type { Message } from '../../kernel/chat.ts';
import type { WindowBudget } from './window/window-of.ts';

/** What is decided of a conversation, besides what is said in it. */
export interface ConversationHead {
  readonly title: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** What differs from the configuration. */
  readonly window: Partial<WindowBudget>;
  /** undefined: the configuration decides. */
  readonly summary?: boolean | undefined;
  /** System and developer messages in force: those of the last call that brought some. */
  readonly instructions: readonly CountedMessage[];
  /** Pieces that were taken out, as `turn.message.piece`; they stay in their turns, and nobody is shown them. */
  readonly removed?: readonly string[] | undefined;
}

/** A message with its tokens (o200k), counted once. */
export interface CountedMessage {
  readonly message: Message;
  readonly tokens: number;
}

/** What one call said and was answered, as it was. */
export interface TurnContent {
  readonly messages: readonly CountedMessage[];
  /** Which model answered; null: nobody did, the messages were put here. */
  readonly model: string | null;
}

/** What was said up to a turn, in short. */
export interface ConversationSummary {
  readonly upTo: number;
  readonly text: string;
}
