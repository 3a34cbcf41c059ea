import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usage } from '../../server/src/kernel/usage.ts';
import type { CachedReply, ReplyCache, ReplyKey } from '../../server/src/ports/reply-cache.ts';
import type { SemanticIndex } from '../../server/src/ports/semantic-index.ts';

export interface CacheBackend {
  readonly replies: ReplyCache;
  readonly index: SemanticIndex;
  /** Lets that much time pass for what is kept. */
  pass(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

export function reply(body: string | Buffer, more: Partial<CachedReply> = {}): CachedReply {
  return {
    form: 'whole',
    body: Buffer.from(body),
    tailAt: 0,
    contentType: 'application/json',
    showsUsage: true,
    provider: 'openai',
    model: 'gpt-4o-mini',
    usage: usage({ input: 11, output: 3, cacheRead: 2 }),
    costNanoUsd: 4321,
    dropped: ['seed'],
    findings: [],
    validated: 'valid',
    ...more,
  };
}

export const key = (projectId = 'p', hash = randomBytes(32).toString('hex')): ReplyKey => ({ projectId, hash });

/** What every backend of the reply cache does. */
export function replyCacheContract(name: string, open: () => Promise<CacheBackend>): void {
  describe(`the reply cache in ${name}`, () => {
    let backend: CacheBackend;
    beforeAll(async () => {
      backend = await open();
    });
    afterAll(() => backend.close());
    const get = async (of: ReplyKey) => backend.replies.get(of);

    it('gives what was put, to the byte', async () => {
      const binary = Buffer.concat([randomBytes(70_000), Buffer.from('"\u0000é')]);
      for (const kept of [
        reply(binary, { form: 'stream', tailAt: 500 }),
        reply(''),
        reply('x', { validated: undefined }),
      ]) {
        const at = key();
        backend.replies.put(at, kept, 60_000);
        const got = await get(at);
        expect(got && { ...got, body: undefined }).toEqual({ ...kept, body: undefined });
        expect(got?.body.equals(kept.body)).toBe(true);
      }
    });

    it('knows nothing of other hashes and other projects', async () => {
      const at = key();
      backend.replies.put(at, reply('mine'), 60_000);
      expect(await get({ ...at, projectId: 'q' })).toBeUndefined();
      expect(await get(key('p'))).toBeUndefined();
    });

    it('replaces what was there', async () => {
      const at = key();
      backend.replies.put(at, reply('old'), 60_000);
      backend.replies.put(at, reply('new'), 60_000);
      expect((await get(at))?.body.toString()).toBe('new');
    });

    it('forgets when the time is over', async () => {
      const at = key();
      backend.replies.put(at, reply('short'), 300);
      expect(await get(at)).toBeDefined();
      await backend.pass(400);
      expect(await get(at)).toBeUndefined();
    });

    it('purges one project, also one whose name looks like a pattern, and no other', async () => {
      const projects = ['purged', 'purged2', '*', 'a[b]c', 'abc', 'x?z', 'xyz'];
      const keys = projects.map((projectId) => key(projectId));
      for (const at of keys) backend.replies.put(at, reply('kept'), 60_000);
      const many = Array.from({ length: 1200 }, () => key('purged'));
      for (const at of many) backend.replies.put(at, reply('kept'), 60_000);
      expect(await backend.replies.purge('purged')).toBe(1201);
      expect(await get(many[700] as ReplyKey)).toBeUndefined();
      for (const pattern of ['*', 'a[b]c', 'x?z']) expect(await backend.replies.purge(pattern)).toBe(1);
      const left = await Promise.all(
        keys.map(async (at) => ((await get(at)) === undefined ? undefined : at.projectId)),
      );
      expect(left.filter((projectId) => projectId !== undefined)).toEqual(['purged2', 'abc', 'xyz']);
      expect(await backend.replies.purge('nobody')).toBe(0);
    });

    it('finds what is similar enough in the same partition, the most similar first', async () => {
      const { index } = backend;
      const partition = { projectId: 'p', hash: randomBytes(32).toString('hex') };
      const entries = [0, 0.1, 0.2, 1.2].map((angle) => ({
        vector: Float32Array.of(Math.cos(angle), Math.sin(angle)),
        replyHash: randomBytes(32).toString('hex'),
      }));
      for (const entry of entries) index.add(partition, entry, 60_000);
      const asked = Float32Array.of(Math.cos(0.19), Math.sin(0.19));
      const hashes = entries.map(({ replyHash }) => replyHash);
      expect(await index.similar(partition, asked, 0.99)).toEqual([hashes[2], hashes[1]]);
      expect(await index.similar(partition, asked, 0.9999)).toEqual([hashes[2]]);
      expect(await index.similar(partition, Float32Array.of(1, 0), 1)).toEqual([hashes[0]]);
      expect(await index.similar(partition, Float32Array.of(0.5, 0.5, 0.5, 0.5), 0.5)).toEqual([]);
      for (const other of [
        { ...partition, projectId: 'q' },
        { ...partition, hash: randomBytes(32).toString('hex') },
      ]) {
        expect(await index.similar(other, asked, 0.5)).toEqual([]);
      }
      await index.purge('q');
      expect(await index.similar(partition, asked, 0.9999)).toEqual([hashes[2]]);
      await index.purge('p');
      expect(await index.similar(partition, asked, 0.5)).toEqual([]);
    });

    it('forgets similar requests when their time is over', async () => {
      const partition = { projectId: 'p', hash: randomBytes(32).toString('hex') };
      const vector = Float32Array.of(1, 0);
      backend.index.add(partition, { vector, replyHash: randomBytes(32).toString('hex') }, 300);
      expect(await backend.index.similar(partition, vector, 0.9)).toHaveLength(1);
      await backend.pass(400);
      expect(await backend.index.similar(partition, vector, 0.9)).toEqual([]);
    });
  });
}
