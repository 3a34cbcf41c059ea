import { beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../kernel/json.ts';
import type { ProviderObjectRow, Storage } from '../../ports/storage.ts';
import { createResponseStore, type ResponseStore, type ResponseToSave } from './response-store.ts';

class MemoryObjects implements Pick<Storage['objects'], 'get' | 'insert' | 'update' | 'delete' | 'list'> {
  readonly rows = new Map<string, ProviderObjectRow>();

  async get(id: string) {
    return this.rows.get(id);
  }

  async insert(row: ProviderObjectRow) {
    if (this.rows.has(row.id)) throw new Error('duplicate id');
    this.rows.set(row.id, row);
  }

  async update(id: string, content: string | null) {
    const row = this.rows.get(id);
    if (row !== undefined) this.rows.set(id, { ...row, content });
  }

  async delete(id: string) {
    return this.rows.delete(id);
  }

  async list() {
    return [...this.rows.values()];
  }
}

function message(role: string, text: string): JsonObject {
  return { type: 'message', role, content: [{ type: role === 'user' ? 'input_text' : 'output_text', text }] };
}

function turn(number: number, fields: Partial<ResponseToSave> = {}): ResponseToSave {
  const id = `resp_${number}`;
  const output = [message('assistant', `answer ${number}`)];
  return {
    id,
    projectId: 'project-a',
    userId: 'user-1',
    previousId: number > 1 ? `resp_${number - 1}` : undefined,
    store: true,
    inputItems: [message('user', `question ${number}`)],
    outputItems: output,
    response: { id, object: 'response', status: 'completed', output },
    ...fields,
  };
}

const NOT_FOUND = expect.objectContaining({ code: 'resource.not_found', message: 'There is no such response.' });

describe('the response store', () => {
  let objects: MemoryObjects;
  let store: ResponseStore;

  beforeEach(() => {
    objects = new MemoryObjects();
    store = createResponseStore({
      objects,
      seal: (projectId, text) => `${projectId}:${Buffer.from(text).toString('base64')}`,
      open: (projectId, sealed) => {
        if (!sealed.startsWith(`${projectId}:`)) throw new Error('sealed for another project');
        return Buffer.from(sealed.slice(projectId.length + 1), 'base64').toString();
      },
      clock: { now: () => 1_760_000_000_000 },
    });
  });

  it('gives a saved response back as it was', async () => {
    const saved = turn(1);
    await store.save(saved);
    const { inputItems, outputItems, response } = saved;
    expect(await store.load('resp_1', 'project-a')).toEqual({ inputItems, outputItems, response });
    expect(await store.locate('resp_1', 'project-a')).toEqual({ kind: 'weir' });
  });

  it('writes nothing readable and stamps the time of its clock', async () => {
    await store.save(turn(1));
    const row = objects.rows.get('resp_1');
    expect(row).toMatchObject({ kind: 'response', provider: '', user_id: 'user-1', created_at: 1_760_000_000_000 });
    expect(JSON.stringify(row)).not.toContain('question');
  });

  it('keeps nothing when the client said store: false', async () => {
    await store.save(turn(1, { store: false }));
    await store.rememberProviderResponse({ ...turn(2, { store: false }), provider: 'openai', credentialId: 'c' });
    expect(objects.rows.size).toBe(0);
  });

  it('answers for foreign ids exactly as for unknown ones', async () => {
    await store.save(turn(1));
    for (const [id, projectId] of [
      ['resp_1', 'project-b'],
      ['resp_9', 'project-a'],
    ] as const) {
      await expect(store.load(id, projectId)).rejects.toEqual(NOT_FOUND);
      await expect(store.locate(id, projectId)).rejects.toEqual(NOT_FOUND);
      await expect(store.delete(id, projectId)).rejects.toEqual(NOT_FOUND);
      await expect(store.inputItems(id, projectId, {})).rejects.toEqual(NOT_FOUND);
      await expect(store.history(id, projectId)).rejects.toEqual(NOT_FOUND);
    }
    expect(objects.rows.size).toBe(1);
  });

  it('does not take an object of another kind for a response', async () => {
    await store.save(turn(1));
    const row = objects.rows.get('resp_1') as ProviderObjectRow;
    objects.rows.set('file-1', { ...row, id: 'file-1', kind: 'file' });
    await expect(store.load('file-1', 'project-a')).rejects.toEqual(NOT_FOUND);
  });

  it('forgets a deleted response', async () => {
    await store.save(turn(1));
    expect(await store.delete('resp_1', 'project-a')).toEqual({ id: 'resp_1', object: 'response', deleted: true });
    await expect(store.load('resp_1', 'project-a')).rejects.toEqual(NOT_FOUND);
  });

  it('remembers where a response of a provider lives', async () => {
    await store.rememberProviderResponse({
      ...turn(1),
      content: undefined,
      provider: 'openai',
      credentialId: 'openai#2',
    });
    expect(await store.locate('resp_1', 'project-a')).toEqual({
      kind: 'provider',
      provider: 'openai',
      credentialId: 'openai#2',
    });
    await expect(store.load('resp_1', 'project-a')).rejects.toEqual(NOT_FOUND);
  });

  describe('history', () => {
    it('walks the chain to all items, oldest first', async () => {
      for (const number of [1, 2, 3]) await store.save(turn(number));
      const items = await store.history('resp_3', 'project-a');
      const texts = items.map((item) => (item.content as JsonObject[])[0]?.text);
      expect(texts).toEqual(['question 1', 'answer 1', 'question 2', 'answer 2', 'question 3', 'answer 3']);
    });

    it('goes through turns a provider keeps when a copy is here', async () => {
      await store.rememberProviderResponse({ ...turn(1), content: turn(1), provider: 'openai', credentialId: 'c' });
      await store.save(turn(2));
      expect(await store.history('resp_2', 'project-a')).toHaveLength(4);
    });

    it('says where the conversation lives when only the provider has a turn', async () => {
      await store.rememberProviderResponse({ ...turn(1), content: undefined, provider: 'openai', credentialId: 'c' });
      await store.save(turn(2));
      await expect(store.history('resp_2', 'project-a')).rejects.toMatchObject({
        code: 'request.invalid',
        param: 'previous_response_id',
        message: expect.stringContaining('openai'),
      });
    });

    it('names the field when a turn in the middle is gone', async () => {
      for (const number of [1, 2, 3]) await store.save(turn(number));
      await store.delete('resp_2', 'project-a');
      const history = store.history('resp_3', 'project-a');
      await expect(history).rejects.toMatchObject({ code: 'resource.not_found', param: 'previous_response_id' });
    });

    it('takes 200 turns and refuses more', async () => {
      for (let number = 1; number <= 201; number++) await store.save(turn(number));
      expect(await store.history('resp_200', 'project-a')).toHaveLength(400);
      await expect(store.history('resp_201', 'project-a')).rejects.toMatchObject({ param: 'previous_response_id' });
    });

    it('ends on a chain that leads back to itself', async () => {
      await store.save(turn(1, { previousId: 'resp_2' }));
      await store.save(turn(2));
      await expect(store.history('resp_2', 'project-a')).rejects.toMatchObject({ code: 'request.invalid' });
    });
  });

  describe('references to items', () => {
    const hex = '019aa0b0c0d07e0f8a1b2c3d4e5f6071';
    const kept = { id: `msg_${hex}0001`, ...message('assistant', 'kept') };
    const reference = { type: 'item_reference', id: kept.id };
    const own = message('user', 'And?');

    it('are replaced by the output they point at', async () => {
      await store.save(turn(1, { id: `resp_${hex}`, outputItems: [message('assistant', 'other'), kept] }));
      expect(await store.resolve([reference, own], 'project-a')).toEqual([kept, own]);
    });

    it('stay when they are ids of a provider', async () => {
      const theirs = { type: 'item_reference', id: 'msg_68c1f0a2b3' };
      expect(await store.resolve([theirs, own], 'project-a')).toEqual([theirs, own]);
    });

    it('of another project are not found', async () => {
      await store.save(turn(1, { id: `resp_${hex}`, outputItems: [kept] }));
      const resolved = store.resolve([reference], 'project-b');
      await expect(resolved).rejects.toMatchObject({ code: 'resource.not_found', param: 'input' });
    });
  });

  describe('input items', () => {
    const items = Array.from({ length: 25 }, (_, index) => message('user', `item ${index}`));
    const textOf = (item: JsonObject) => (item.content as JsonObject[])[0]?.text;

    it('come newest first, twenty to a page, each with a lasting id', async () => {
      await store.save(turn(1, { inputItems: items }));
      const page = await store.inputItems('resp_1', 'project-a', {});
      const data = page.data as JsonObject[];
      expect([page.object, page.has_more, data.length, data.slice(0, 1).map(textOf)]).toEqual([
        'list',
        true,
        20,
        ['item 24'],
      ]);
      expect([page.first_id, page.last_id]).toEqual([data[0]?.id, data[19]?.id]);
      expect(new Set(data.map((item) => item.id)).size).toBe(20);
    });

    it.each(['asc', 'desc'] as const)('are all seen once when paged %s', async (order) => {
      await store.save(turn(1, { inputItems: items }));
      const seen: unknown[] = [];
      let after: string | undefined;
      for (let pages = 0; pages < 10; pages++) {
        const query = after === undefined ? { order, limit: 10 } : { order, limit: 10, after };
        const page = await store.inputItems('resp_1', 'project-a', query);
        seen.push(...(page.data as JsonObject[]).map(textOf));
        if (page.has_more !== true) break;
        after = page.last_id as string;
      }
      const expected = items.map(textOf);
      expect(seen).toEqual(order === 'asc' ? expected : expected.toReversed());
    });

    it('keep the ids they came with', async () => {
      const item = { id: 'msg_mine', ...message('user', 'x') };
      await store.save(turn(1, { inputItems: [item] }));
      expect(await store.inputItems('resp_1', 'project-a', {})).toMatchObject({
        first_id: 'msg_mine',
        has_more: false,
      });
    });

    it('refuse a limit or a starting point that makes no sense', async () => {
      await store.save(turn(1));
      await expect(store.inputItems('resp_1', 'project-a', { limit: 0 })).rejects.toMatchObject({ param: 'limit' });
      await expect(store.inputItems('resp_1', 'project-a', { limit: 101 })).rejects.toMatchObject({ param: 'limit' });
      await expect(store.inputItems('resp_1', 'project-a', { after: 'x' })).rejects.toMatchObject({ param: 'after' });
    });
  });
});
