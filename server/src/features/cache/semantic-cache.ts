import type { ChatRequest, Message } from '../../kernel/chat.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { unitVector } from '../../kernel/vectors.ts';
import type { CachedReply, ReplyCache, ReplyKey } from '../../ports/reply-cache.ts';
import type { Embed, SemanticIndex, SemanticPartition } from '../../ports/semantic-index.ts';
import { hashRequest } from './hash-request.ts';

/** One request split into what must be the same and what must mean the same. */
export interface SplitRequest {
  /** Everything but the last user message. */
  readonly partitionHash: string;
  /** The last user message. */
  readonly question: string;
}

/** Says who asks and how the reply travels, as in the exact cache's key. */
const NOT_IN_PARTITION: ReadonlySet<string> = new Set(['user', 'metadata', 'stream', 'includeUsage']);

/** Undefined when the last message is not a user's plain text: then only the same request has the same reply. */
export function splitRequest(parts: readonly string[], chat: ChatRequest): SplitRequest | undefined {
  const last = chat.messages.at(-1);
  if (last === undefined) return undefined;
  const question = plainText(last);
  if (question === undefined) return undefined;
  const { store: _store, stream_options: _options, ...fields } = chat.extensions.fields;
  const rest = {
    ...chat,
    messages: chat.messages.slice(0, -1),
    name: last.name,
    extensions: { ...chat.extensions, fields },
  };
  const { hash } = hashRequest(['semantic', ...parts], rest as unknown as JsonObject, NOT_IN_PARTITION);
  return { partitionHash: hash, question };
}

function plainText({ role, content }: Message): string | undefined {
  if (role !== 'user' || content.length === 0) return undefined;
  let text = '';
  for (const item of content) {
    if (item.type !== 'text') return undefined;
    text += text === '' ? item.text : `\n${item.text}`;
  }
  return text.trim() === '' ? undefined : text;
}

/** The search for one request, and what is remembered for those that come after. */
export class SemanticSearch {
  readonly #partition: SemanticPartition;
  readonly #question: string;
  readonly #parts: SemanticSearchParts;
  #vector: Float32Array | undefined;

  constructor(split: SplitRequest, parts: SemanticSearchParts) {
    this.#partition = { projectId: parts.key.projectId, hash: split.partitionHash };
    this.#question = split.question;
    this.#parts = parts;
  }

  async find(): Promise<CachedReply | undefined> {
    const { embed, index, replies, threshold, key } = this.#parts;
    const embedded = await embed(this.#question);
    this.#vector = embedded === undefined ? undefined : unitVector(embedded);
    if (this.#vector === undefined) return undefined;
    for (const hash of await index.similar(this.#partition, this.#vector, threshold)) {
      const reply = await replies.get({ projectId: key.projectId, hash });
      if (reply !== undefined) return reply;
    }
    return undefined;
  }

  keep(): void {
    const { index, key, ttlMs } = this.#parts;
    if (this.#vector !== undefined) index.add(this.#partition, { vector: this.#vector, replyHash: key.hash }, ttlMs);
  }
}

export interface SemanticSearchParts {
  /** Under which the reply to this very request is kept. */
  readonly key: ReplyKey;
  readonly threshold: number;
  readonly ttlMs: number;
  readonly embed: Embed;
  readonly index: SemanticIndex;
  readonly replies: ReplyCache;
}
