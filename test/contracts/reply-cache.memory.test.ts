import { describe, expect, it } from 'vitest';
import { MemoryReplyCache } from '../../server/src/shared-state/memory/reply-cache.ts';
import { MemorySemanticIndex } from '../../server/src/shared-state/memory/semantic-index.ts';
import { ManualClock } from './manual-clock.ts';
import { key, reply, replyCacheContract } from './reply-cache.contract.ts';

replyCacheContract('memory', async () => {
  const clock = new ManualClock();
  return {
    replies: new MemoryReplyCache({ maxBytes: 64 * 1024 * 1024, clock }),
    index: new MemorySemanticIndex({ maxEntries: 1000, clock }),
    pass: async (milliseconds) => clock.advance(milliseconds),
    close: async () => undefined,
  };
});

describe('the reply cache in memory', () => {
  it('never takes more bytes than it may, and lets the least recently used go', () => {
    const cache = new MemoryReplyCache({ maxBytes: 100_000, clock: new ManualClock() });
    const keys = Array.from({ length: 50 }, () => key());
    for (const at of keys) {
      cache.put(at, reply('x'.repeat(8976)), 60_000);
      cache.get(keys[0] as (typeof keys)[number]);
      expect(cache.state().bytes).toBeLessThanOrEqual(100_000);
    }
    expect(cache.state()).toMatchObject({ backend: 'memory', isUp: true, entries: 10, bytes: 100_000 });
    expect(cache.get(keys[0] as (typeof keys)[number])).toBeDefined();
    expect(cache.get(keys[20] as (typeof keys)[number])).toBeUndefined();
    cache.put(key(), reply('x'.repeat(200_000)), 60_000);
    expect(cache.state().entries).toBe(10);
  });

  it('never keeps more meanings than it may', async () => {
    const index = new MemorySemanticIndex({ maxEntries: 3, clock: new ManualClock() });
    const partition = { projectId: 'p', hash: 'h' };
    const vector = Float32Array.of(1);
    for (const replyHash of ['a', 'b', 'c', 'd']) index.add(partition, { vector, replyHash }, 60_000);
    expect([index.entries(), (await index.similar(partition, vector, 1)).toSorted()]).toEqual([3, ['b', 'c', 'd']]);
  });
});
