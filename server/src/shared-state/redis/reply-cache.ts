import type { Redis } from 'ioredis';
import { WeirError } from '../../kernel/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CachedReply, ReplyCache, ReplyCacheState, ReplyKey } from '../../ports/reply-cache.ts';
import { decodeEntry, encodeEntry } from './entry-bytes.ts';
import { Rest } from './rest.ts';
import { unlinkMatching } from './unlink-matching.ts';

/** Replies that all replicas share. A Redis that is down or slow is left alone for a while; calls go on without it. */
export class RedisReplyCache implements ReplyCache {
  readonly #redis: Redis;
  readonly #rest: Rest;
  #failures = 0;

  /** The connection must give up by itself (`commandTimeout`) and must not queue while it is down. */
  constructor(of: { redis: Redis; clock: Pick<Clock, 'monotonic'> }) {
    this.#redis = of.redis;
    this.#rest = new Rest(of.clock);
  }

  isUp(): boolean {
    return this.#rest.isOver;
  }

  async get(key: ReplyKey): Promise<CachedReply | undefined> {
    if (!this.#rest.tryAsk()) return undefined;
    try {
      const bytes = await this.#redis.getBuffer(nameOf(key));
      this.#rest.succeeded();
      return bytes === null ? undefined : decodeEntry(bytes);
    } catch (error) {
      // The key holds something that is no text: Redis is well, the value is not ours.
      if (isReplyError(error)) return undefined;
      this.#failed();
      return undefined;
    }
  }

  put(key: ReplyKey, reply: CachedReply, ttlMs: number): void {
    if (!this.#rest.tryAsk()) return;
    this.#redis.set(nameOf(key), encodeEntry(reply), 'PX', Math.max(1, Math.round(ttlMs))).then(
      () => this.#rest.succeeded(),
      () => this.#failed(),
    );
  }

  async purge(projectId: string): Promise<number> {
    try {
      return await unlinkMatching(this.#redis, projectId, ':llm_cache:*');
    } catch (cause) {
      this.#failed();
      throw new WeirError('store.unavailable', { message: 'Redis does not answer: the cache was not purged.', cause });
    }
  }

  state(): ReplyCacheState {
    return {
      backend: 'redis',
      isUp: this.isUp(),
      entries: undefined,
      bytes: undefined,
      failures: this.#failures,
    };
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
  }

  #failed(): void {
    this.#failures++;
    this.#rest.failed();
  }
}

function nameOf({ projectId, hash }: ReplyKey): string {
  return `${projectId}:llm_cache:${hash}`;
}

function isReplyError(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError' && error.message.startsWith('WRONGTYPE');
}
