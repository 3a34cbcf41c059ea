import { beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../kernel/json.ts';
import type { ProviderObjectRow, Storage } from '../../ports/storage.ts';
import { createProviderObjects, type ProviderObjects, placeOfFiles } from './provider-objects.ts';

class MemoryObjects {
  readonly rows = new Map<string, ProviderObjectRow>();
  /** Once: another call inserts the same id first. */
  faster: ProviderObjectRow | undefined;

  readonly storage: Storage['objects'] = {
    get: async (id) => this.rows.get(id),
    insert: async (row) => {
      if (this.faster !== undefined) this.rows.set(row.id, this.faster);
      if (this.rows.has(row.id)) throw new Error('UNIQUE constraint failed');
      this.rows.set(row.id, row);
    },
    update: async (id, content) => {
      const row = this.rows.get(id);
      if (row !== undefined) this.rows.set(id, { ...row, content });
    },
    delete: async (id) => this.rows.delete(id),
    list: async ({ kind, projectId, limit, before }) => {
      const all = [...this.rows.values()].filter((row) => row.kind === kind && row.project_id === projectId).reverse();
      const start = before === undefined ? 0 : all.findIndex((row) => row.id === before) + 1;
      return all.slice(start, start + limit);
    },
  };
}

const NOT_FOUND = expect.objectContaining({ code: 'resource.not_found' });
const PLACE = { provider: 'openai', credentialId: 'openai#1' };
const seal = {
  seal: (projectId: string, plain: string) => `${projectId}|${Buffer.from(plain).toString('base64')}`,
  open: (projectId: string, sealed: string) => Buffer.from(sealed.slice(projectId.length + 1), 'base64').toString(),
};

let memory: MemoryObjects;
let objects: ProviderObjects;
let now = 0;

beforeEach(() => {
  memory = new MemoryObjects();
  objects = createProviderObjects({ objects: memory.storage, seal, clock: { now: () => (now += 1) } });
});

const seen = (object: JsonObject, kind: 'file' | 'batch' = 'file') => ({ kind, projectId: 'p1', ...PLACE, object });

describe('objects at providers', () => {
  it('are found by their project only, and only as what they are', async () => {
    await objects.remember(seen({ id: 'file-1', filename: 'a.txt' }));
    expect(await objects.find('file', 'file-1', 'p1')).toEqual(PLACE);
    await expect(objects.find('file', 'file-1', 'p2')).rejects.toEqual(NOT_FOUND);
    await expect(objects.find('batch', 'file-1', 'p1')).rejects.toEqual(NOT_FOUND);
    await expect(objects.forget('file', 'file-1', 'p2')).rejects.toEqual(NOT_FOUND);
    await objects.forget('file', 'file-1', 'p1');
    await expect(objects.find('file', 'file-1', 'p1')).rejects.toEqual(NOT_FOUND);
  });

  it('are kept sealed and listed as they were last seen', async () => {
    await objects.remember(seen({ id: 'batch_1', status: 'validating' }, 'batch'));
    await objects.remember(seen({ id: 'batch_1', status: 'completed' }, 'batch'));
    expect(memory.rows.get('batch_1')?.content).not.toContain('completed');
    expect(await objects.list('batch', 'p1', { limit: 10 })).toMatchObject({ data: [{ status: 'completed' }] });
    expect(await objects.list('batch', 'p2', { limit: 10 })).toMatchObject({
      data: [],
      first_id: null,
      has_more: false,
    });
  });

  it('include the files that a batch made', async () => {
    const batch = { id: 'batch_1', output_file_id: 'file-out', error_file_id: null };
    await objects.remember(seen(batch, 'batch'));
    await objects.remember({ ...seen({ id: 'file-out', filename: 'result.jsonl' }) });
    await objects.remember(seen(batch, 'batch'));
    expect(await objects.find('file', 'file-out', 'p1')).toEqual(PLACE);
    expect(await objects.list('file', 'p1', { limit: 10 })).toMatchObject({ data: [{ filename: 'result.jsonl' }] });
  });

  it('that two calls show at once are kept once', async () => {
    const object = { id: 'file-1' };
    await objects.remember(seen(object));
    memory.faster = memory.rows.get('file-1') as ProviderObjectRow;
    memory.rows.clear();
    await objects.remember(seen({ ...object, filename: 'late' }));
    expect(await objects.list('file', 'p1', { limit: 10 })).toMatchObject({ data: [{ filename: 'late' }] });
  });

  it('never change hands: an id that another project has is refused', async () => {
    await objects.remember(seen({ id: 'file-1' }));
    const again = objects.remember({ ...seen({ id: 'file-1' }), projectId: 'p2' });
    await expect(again).rejects.toMatchObject({ code: 'upstream.bad_reply' });
    await expect(objects.remember(seen({ object: 'file' }))).rejects.toMatchObject({ code: 'upstream.bad_reply' });
    expect(await objects.find('file', 'file-1', 'p1')).toEqual(PLACE);
  });

  it('are all listed when there are more than a page of the store holds', async () => {
    for (let index = 0; index < 2100; index++) await objects.remember(seen({ id: `file-${index}` }));
    const page = await objects.list('file', 'p1', { limit: 10, order: 'asc', after: 'file-2088' });
    expect((page.data as JsonObject[]).map(({ id }) => id)).toEqual(
      Array.from({ length: 10 }, (_, index) => `file-${2089 + index}`),
    );
    expect([page.first_id, page.last_id, page.has_more]).toEqual(['file-2089', 'file-2098', true]);
  });
});

describe('the place of the files a request names', () => {
  it('is theirs when they live together, and nowhere when they do not', async () => {
    await objects.remember(seen({ id: 'a' }));
    await objects.remember(seen({ id: 'b' }));
    await objects.remember({ ...seen({ id: 'c' }), credentialId: 'openai#2' });
    expect(await placeOfFiles(objects, [], 'p1')).toBeUndefined();
    expect(await placeOfFiles(objects, ['a', 'b'], 'p1')).toEqual(PLACE);
    await expect(placeOfFiles(objects, ['a', 'c'], 'p1')).rejects.toMatchObject({ param: 'file_id' });
    await expect(placeOfFiles(objects, ['a', 'nobody'], 'p1')).rejects.toEqual(NOT_FOUND);
  });
});
