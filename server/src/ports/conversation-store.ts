/** A conversation without what was said. */
export interface ConversationRow {
  readonly id: string;
  readonly project_id: string;
  /** End-user label, for erasing per user; null: nobody was named yet. */
  readonly user_id: string | null;
  readonly created_at: number;
  /** Of the last turn. */
  readonly updated_at: number;
  /** How many there are; the next one has this number plus one. */
  readonly turns: number;
  /** The conversation this one was forked from, and its last turn that came along; null: none. */
  readonly parent_id: string | null;
  readonly parent_turn: number | null;
  /** Encrypted JSON: title, metadata, settings, the instructions in force. */
  readonly head: string;
  /** Encrypted JSON: the rolling summary; null: there is none. */
  readonly summary: string | null;
  /** The call that goes on with it now, or who changes it; null: nobody does. */
  readonly busy_with: string | null;
  /** Epoch ms after which that call no longer holds it. */
  readonly busy_until: number;
}

/** What one call added. It never changes. */
export interface TurnRow {
  readonly conversation_id: string;
  /** 1, 2, 3... */
  readonly number: number;
  /** The call's id; null: it was put here by the API. */
  readonly request_id: string | null;
  /** Encrypted JSON: the messages with their tokens. */
  readonly content: string;
  readonly created_at: number;
  /** Messages and tokens (o200k) without instructions, so that a window is found without reading everything. */
  readonly messages: number;
  readonly tokens: number;
  /** 1: a user speaks in it; 0: it is nothing but answers of tools. */
  readonly has_user: number;
}

export type TurnSize = Pick<TurnRow, 'number' | 'messages' | 'tokens' | 'has_user'>;

/** A turn that is added, and what changes with it. */
export interface Appended {
  readonly turn: TurnRow;
  /** The conversation begins with this turn. */
  readonly begin?: ConversationRow | undefined;
  /** Replaces the head; absent: it stays. */
  readonly head?: string | undefined;
  /** The end user, for a conversation that has none yet. */
  readonly userId?: string | undefined;
}

/** Conversations and their turns. Ids and times come from the caller. */
export interface ConversationStore {
  insert(row: ConversationRow): Promise<void>;
  get(id: string): Promise<ConversationRow | undefined>;
  /** Newest first; `before` is the id the page starts after; absent fields do not narrow. */
  list(query: {
    projectId?: string | undefined;
    userId?: string | undefined;
    limit: number;
    before?: string | undefined;
  }): Promise<ConversationRow[]>;
  /** The conversation with all its turns; false when there is none. */
  delete(id: string): Promise<boolean>;
  /** For one call alone until `untilMs`; undefined when another holds it, it is gone, or it is of another project. */
  claim(
    id: string,
    by: { projectId: string; requestId: string; nowMs: number; untilMs: number },
  ): Promise<ConversationRow | undefined>;
  /** Nothing happens when another call holds it. */
  release(id: string, requestId: string): Promise<void>;
  /**
   * The next turn, all or nothing; releases the conversation. `conflict` when a turn with that number is there or the
   * conversation is gone.
   */
  append(appended: Appended): Promise<void>;
  /** Of every turn, in order. */
  sizes(id: string): Promise<TurnSize[]>;
  /** In order, from a number on, at most `limit`. */
  turns(id: string, page: { from: number; limit: number }): Promise<TurnRow[]>;
  /** A new conversation with the turns of another up to `at`, in one step. */
  fork(row: ConversationRow, from: { id: string; at: number }): Promise<void>;
  setSummary(id: string, summary: string): Promise<void>;
  setHead(id: string, head: string): Promise<void>;
  /** Conversations without a turn since, at most `limit` at once; gives how many went. */
  forgetOld(oldest: { beforeMs: number; limit: number }): Promise<number>;
}
