import type { Redis } from 'ioredis';
import { WeirError } from '../../kernel/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SemanticEntry, SemanticIndex, SemanticPartition } from '../../ports/semantic-index.ts';
import { nearest } from '../nearest.ts';
import { Rest } from './rest.ts';
import { unlinkMatching } from './unlink-matching.ts';

/** A partition's newest entries; all of them travel for each search, so they are few. */
const MOST_PER_PARTITION = 256;
const HASH_BYTES = 32;

/** Vectors that all replicas share: one list per partition, compared in this process. */
export class RedisSemanticIndex implements SemanticIndex {
  readonly #redis: Redis;
  readonly #rest: Rest;

  constructor(of: { redis: Redis; clock: Pick<Clock, 'monotonic'> }) {
    this.#redis = of.redis;
    this.#rest = new Rest(of.clock);
  }

  async similar(partition: SemanticPartition, vector: Float32Array, threshold: number): Promise<readonly string[]> {
    if (!this.#rest.tryAsk()) return [];
    try {
      const values = await this.#redis.lrangeBuffer(nameOf(partition), 0, -1);
      this.#rest.succeeded();
      return nearest(
        values.map(decode).filter((entry) => entry !== undefined),
        vector,
        threshold,
      );
    } catch {
      this.#rest.failed();
      return [];
    }
  }

  add(partition: SemanticPartition, entry: SemanticEntry, ttlMs: number): void {
    if (!this.#rest.tryAsk()) return;
    const name = nameOf(partition);
    this.#redis
      .pipeline()
      .lpush(name, encode(entry))
      .ltrim(name, 0, MOST_PER_PARTITION - 1)
      .pexpire(name, Math.max(1, Math.round(ttlMs)))
      .exec()
      .then(
        () => this.#rest.succeeded(),
        () => this.#rest.failed(),
      );
  }

  async purge(projectId: string): Promise<void> {
    try {
      await unlinkMatching(this.#redis, projectId, ':llm_semantic:*');
    } catch (cause) {
      throw new WeirError('store.unavailable', { message: 'Redis does not answer: the cache was not purged.', cause });
    }
  }

  entries(): undefined {
    return undefined;
  }
}

function nameOf({ projectId, hash }: SemanticPartition): string {
  return `${projectId}:llm_semantic:${hash}`;
}

/** The reply's hash, then the vector's numbers as they lie in memory (little-endian on every machine that Node runs on). */
function encode({ vector, replyHash }: SemanticEntry): Buffer {
  return Buffer.concat([
    Buffer.from(replyHash, 'hex'),
    Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength),
  ]);
}

function decode(bytes: Buffer): SemanticEntry | undefined {
  if (bytes.length <= HASH_BYTES || bytes.length % 4 !== 0) return undefined;
  const numbers = Uint8Array.from(bytes.subarray(HASH_BYTES)).buffer;
  return { replyHash: bytes.toString('hex', 0, HASH_BYTES), vector: new Float32Array(numbers) };
}
