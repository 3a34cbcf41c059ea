import { invalidRequest, WeirError } from '../../kernel/errors.ts';
import { uuidV7 } from '../../kernel/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Appended, ConversationRow, ConversationStore, TurnRow } from '../../ports/conversation-store.ts';
import type { ContentSeal } from '../../ports/secrets.ts';
import type { ConversationHead, ConversationSummary, CountedMessage, TurnContent } from './content.ts';
import { nameOf, type Piece, type Place, piecesOf, withoutPieces } from './pieces.ts';
import { isInstruction } from './window/links.ts';
import type { Size, WindowBudget } from './window/window-of.ts';

export interface ConversationParts {
  readonly store: ConversationStore;
  readonly seal: ContentSeal;
  readonly clock: Pick<Clock, 'now'>;
  /** Turns of one conversation at most. */
  readonly maxTurns: () => number;
}

/** A conversation as its owner sees it. */
export interface Conversation extends Omit<ConversationHead, 'instructions' | 'removed'> {
  readonly id: string;
  readonly projectId: string;
  readonly userId: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly turns: number;
  readonly parent: { readonly id: string; readonly turn: number } | null;
}

export interface Turn extends TurnContent {
  readonly number: number;
  readonly requestId: string | null;
  readonly createdAt: number;
}

/** A conversation that one call holds. */
export interface HeldConversation {
  readonly row: ConversationRow;
  readonly head: ConversationHead;
  readonly requestId: string;
}

/** As much of a history as a window can show. */
export interface RecentHistory {
  readonly messages: readonly CountedMessage[];
  /** By message: the number of the turn it was said in. */
  readonly turnOf: ReadonlyMap<CountedMessage['message'], number>;
  /** What stands before it. */
  readonly before: Size;
}

/** Longer than a call takes as a rule; whoever takes longer may lose the conversation to another call. */
const MOST_HELD_MS = 120_000;
const PAGE = 200;
/** A page of the items API is seldom more. */
const PIECE_TURNS = 20;

/**
 * Conversations and their turns, sealed with their project's data key. A turn never changes. An id that is unknown, of
 * another project or deleted always gives the same `resource.not_found`.
 */
export class Conversations {
  readonly #of: ConversationParts;

  constructor(of: ConversationParts) {
    this.#of = of;
  }

  async create(of: { projectId: string; userId?: string | undefined; head: ConversationHead }): Promise<Conversation> {
    const row = this.#newRow(of);
    await this.#of.store.insert(row);
    return shown(row, of.head);
  }

  /** `projectId` undefined: any project. */
  async get(id: string, projectId: string | undefined): Promise<Conversation> {
    const row = await this.#find(id, projectId);
    return shown(row, this.#open<ConversationHead>(row, row.head));
  }

  async list(query: {
    projectId: string | undefined;
    userId?: string | undefined;
    limit: number;
    before?: string | undefined;
  }): Promise<Conversation[]> {
    const rows = await this.#of.store.list(query);
    return rows.map((row) => shown(row, this.#open<ConversationHead>(row, row.head)));
  }

  async delete(id: string, projectId: string | undefined): Promise<void> {
    await this.#find(id, projectId);
    if (!(await this.#of.store.delete(id))) throw notFound();
  }

  /** Turns in order, from a number on, at most `limit`. */
  async turns(id: string, projectId: string | undefined, page: { from: number; limit: number }): Promise<Turn[]> {
    const row = await this.#find(id, projectId);
    return this.#turnsOf(row, page);
  }

  /** Every turn. */
  async *export(id: string, projectId: string | undefined): AsyncGenerator<Turn> {
    const row = await this.#find(id, projectId);
    for (let from = 1; from <= row.turns; from += PAGE) yield* await this.#turnsOf(row, { from, limit: PAGE });
  }

  async setMetadata(id: string, projectId: string, metadata: ConversationHead['metadata']): Promise<Conversation> {
    return this.#change(id, projectId, async ({ row, head }) => {
      const changed = { ...head, metadata };
      await this.#of.store.setHead(row.id, this.#sealed(projectId, changed));
      return shown(row, changed);
    });
  }

  /** Puts messages into it that no call brought, as one turn. */
  async put(id: string, projectId: string, messages: readonly CountedMessage[]): Promise<readonly Piece[]> {
    return this.#change(id, projectId, async (held) => {
      this.#assertRoom(held.row);
      await this.append({ messages, model: null }, { held, projectId, userId: undefined, requestId: null });
      return piecesOf(held.row.turns + 1, messages, new Set());
    });
  }

  /** Pieces that are still in it, from a turn on, in either direction. */
  async *pieces(
    id: string,
    projectId: string,
    page: { from: number | undefined; order: 'asc' | 'desc' },
  ): AsyncGenerator<Piece> {
    const row = await this.#find(id, projectId);
    const removed = new Set(this.#open<ConversationHead>(row, row.head).removed);
    const isDown = page.order === 'desc';
    let at = page.from ?? (isDown ? row.turns : 1);
    while (at >= 1 && at <= row.turns) {
      const from = isDown ? Math.max(1, at - PIECE_TURNS + 1) : at;
      const to = isDown ? at : Math.min(row.turns, at + PIECE_TURNS - 1);
      const turns = await this.#storedTurns(row, { from, limit: to - from + 1 });
      const pieces = turns.flatMap(({ number, messages }) => piecesOf(number, messages, removed));
      yield* isDown ? pieces.reverse() : pieces;
      at = isDown ? from - 1 : to + 1;
    }
  }

  /** Undefined: there is none, or it was removed. */
  async piece(id: string, projectId: string, place: Place): Promise<Piece | undefined> {
    const row = await this.#find(id, projectId);
    const removed = new Set(this.#open<ConversationHead>(row, row.head).removed);
    const [turn] = await this.#storedTurns(row, { from: place.turn, limit: 1 });
    if (turn === undefined || turn.number !== place.turn) return undefined;
    return piecesOf(turn.number, turn.messages, removed).find((piece) => nameOf(piece.place) === nameOf(place));
  }

  /** Takes a piece out of what is shown and sent; the turn it stands in does not change. */
  async removePiece(id: string, projectId: string, place: Place): Promise<Conversation> {
    return this.#change(id, projectId, async ({ row, head }) => {
      const changed = { ...head, removed: [...new Set([...(head.removed ?? []), nameOf(place)])] };
      await this.#of.store.setHead(row.id, this.#sealed(projectId, changed));
      return shown(row, changed);
    });
  }

  /** A new conversation with the turns up to `at`; absent: all of them. */
  async fork(id: string, projectId: string | undefined, at?: number): Promise<Conversation> {
    const from = await this.#find(id, projectId);
    const last = at ?? from.turns;
    if (last > from.turns) throw invalidRequest('at', `the conversation has ${from.turns} turns.`);
    const head = this.#open<ConversationHead>(from, from.head);
    const row: ConversationRow = {
      ...this.#newRow({ projectId: from.project_id, userId: from.user_id ?? undefined, head }),
      turns: last,
      parent_id: from.id,
      parent_turn: last,
    };
    await this.#of.store.fork(row, { id: from.id, at: last });
    return shown(row, head);
  }

  /** For a call that goes on with it. Throws `conflict` while another call does. */
  async hold(id: string, by: { projectId: string; requestId: string; mostMs: number }): Promise<HeldConversation> {
    const held = await this.#claim(id, by);
    try {
      this.#assertRoom(held.row);
      return held;
    } catch (error) {
      await this.release(held);
      throw error;
    }
  }

  /** Nobody goes on with it meanwhile. */
  async #change<T>(id: string, projectId: string, work: (held: HeldConversation) => Promise<T>): Promise<T> {
    const requestId = `edit_${uuidV7(this.#of.clock.now())}`;
    const held = await this.#claim(id, { projectId, requestId, mostMs: MOST_HELD_MS });
    try {
      return await work(held);
    } finally {
      await this.release(held);
    }
  }

  async #claim(id: string, by: { projectId: string; requestId: string; mostMs: number }): Promise<HeldConversation> {
    const { projectId, requestId } = by;
    const nowMs = this.#of.clock.now();
    const untilMs = nowMs + Math.min(by.mostMs, MOST_HELD_MS);
    const row = await this.#of.store.claim(id, { projectId, requestId, nowMs, untilMs });
    if (row === undefined) {
      await this.#find(id, projectId, 'conversation_id');
      throw new WeirError('conflict', {
        param: 'conversation_id',
        message:
          'conversation_id: another call goes on with this conversation now. Wait for its reply, or fork the conversation.',
      });
    }
    return { row, head: this.#open<ConversationHead>(row, row.head), requestId };
  }

  #assertRoom({ turns }: ConversationRow): void {
    if (turns < this.#of.maxTurns()) return;
    throw invalidRequest(
      'conversation_id',
      `the conversation has ${turns} turns, more than conversations.max_turns allows; begin a new one.`,
    );
  }

  release({ row, requestId }: HeldConversation): Promise<void> {
    return this.#of.store.release(row.id, requestId);
  }

  /** The end of the history: everything a window of this size can show, and the last message of a user. */
  async recent({ row }: HeldConversation, budget: WindowBudget): Promise<RecentHistory> {
    const sizes = await this.#of.store.sizes(row.id);
    let first = sizes.length;
    let hasUser = false;
    for (const room = { ...budget }; first > 0 && !(hasUser && (room.messages < 0 || room.tokens < 0)); first--) {
      const size = sizes[first - 1];
      room.messages -= size?.messages ?? 0;
      room.tokens -= size?.tokens ?? 0;
      hasUser ||= size?.has_user === 1;
    }
    const before = { messages: 0, tokens: 0 };
    for (const size of sizes.slice(0, first)) {
      before.messages += size.messages;
      before.tokens += size.tokens;
    }
    const turns = first === sizes.length ? [] : await this.#turnsOf(row, { from: first + 1, limit: sizes.length });
    const turnOf = new Map<CountedMessage['message'], number>();
    const messages = turns.flatMap((turn) => turn.messages.filter(({ message }) => !isInstruction(message)));
    for (const turn of turns) for (const { message } of turn.messages) turnOf.set(message, turn.number);
    return { messages, turnOf, before };
  }

  /** What is kept of the turns `from` to `to`. */
  async between({ row }: HeldConversation, from: number, to: number): Promise<readonly Turn[]> {
    return from > to ? [] : this.#turnsOf(row, { from, limit: to - from + 1 });
  }

  summary({ row }: HeldConversation): ConversationSummary | undefined {
    return row.summary === null ? undefined : this.#open<ConversationSummary>(row, row.summary);
  }

  async setSummary({ row }: HeldConversation, summary: ConversationSummary): Promise<void> {
    await this.#of.store.setSummary(row.id, this.#of.seal.seal(row.project_id, JSON.stringify(summary)));
  }

  /** Adds what a call said and was answered; begins a conversation when it held none. Gives its id. */
  async append(
    turn: TurnContent,
    by: {
      held: HeldConversation | undefined;
      projectId: string;
      userId: string | undefined;
      requestId: string | null;
    },
  ): Promise<string> {
    const { held, projectId, userId } = by;
    const instructions = turn.messages.filter(({ message }) => isInstruction(message));
    const before = held?.head ?? NOTHING_DECIDED;
    const head = instructions.length === 0 ? before : { ...before, instructions };
    const begin = held === undefined ? this.#newRow({ projectId, userId, head }) : undefined;
    const row = held?.row ?? (begin as ConversationRow);
    const appended: Appended = {
      turn: this.#turnRow(turn, row, by.requestId),
      begin,
      head: held === undefined || head === before ? undefined : this.#sealed(projectId, head),
      userId,
    };
    await this.#of.store.append(appended);
    return row.id;
  }

  #newRow(of: { projectId: string; userId?: string | undefined; head: ConversationHead }): ConversationRow {
    const now = this.#of.clock.now();
    return {
      id: `conv_${uuidV7(now).replaceAll('-', '')}`,
      project_id: of.projectId,
      user_id: of.userId ?? null,
      created_at: now,
      updated_at: now,
      turns: 0,
      parent_id: null,
      parent_turn: null,
      head: this.#sealed(of.projectId, of.head),
      summary: null,
      busy_with: null,
      busy_until: 0,
    };
  }

  #turnRow(turn: TurnContent, row: ConversationRow, requestId: string | null): TurnRow {
    const talk = turn.messages.filter(({ message }) => !isInstruction(message));
    return {
      conversation_id: row.id,
      number: row.turns + 1,
      request_id: requestId,
      content: this.#sealed(row.project_id, turn),
      created_at: this.#of.clock.now(),
      messages: talk.length,
      tokens: talk.reduce((sum, { tokens }) => sum + tokens, 0),
      has_user: talk.some(({ message }) => message.role === 'user') ? 1 : 0,
    };
  }

  /** Without what was removed from them. */
  async #turnsOf(row: ConversationRow, page: { from: number; limit: number }): Promise<Turn[]> {
    const removed = new Set(this.#open<ConversationHead>(row, row.head).removed);
    const turns = await this.#storedTurns(row, page);
    if (removed.size === 0) return turns;
    return turns.map((turn) => ({ ...turn, messages: withoutPieces(turn.number, turn.messages, removed) }));
  }

  async #storedTurns(row: ConversationRow, page: { from: number; limit: number }): Promise<Turn[]> {
    const rows = await this.#of.store.turns(row.id, page);
    return rows.map(({ number, request_id: requestId, created_at: createdAt, content }) => ({
      number,
      requestId,
      createdAt,
      ...this.#open<TurnContent>(row, content),
    }));
  }

  async #find(id: string, projectId: string | undefined, param?: string): Promise<ConversationRow> {
    const row = await this.#of.store.get(id);
    if (row === undefined || (projectId !== undefined && row.project_id !== projectId)) throw notFound(param);
    return row;
  }

  #sealed(projectId: string, value: unknown): string {
    return this.#of.seal.seal(projectId, JSON.stringify(value));
  }

  #open<T>(row: ConversationRow, sealed: string): T {
    return JSON.parse(this.#of.seal.open(row.project_id, sealed)) as T;
  }
}

const NOTHING_DECIDED: ConversationHead = { title: null, metadata: {}, window: {}, instructions: [] };

function shown(row: ConversationRow, { instructions: _, removed: __, ...head }: ConversationHead): Conversation {
  return {
    id: row.id,
    projectId: row.project_id,
    userId: row.user_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    turns: row.turns,
    parent: row.parent_id === null ? null : { id: row.parent_id, turn: row.parent_turn ?? 0 },
    ...head,
  };
}

function notFound(param?: string): WeirError {
  const message = 'There is no such conversation.';
  return new WeirError('resource.not_found', param === undefined ? { message } : { message, param });
}
