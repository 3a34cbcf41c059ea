import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import { temporaryStorage } from '../../../../test/support/temporary-storage.ts';
import { RouteStore, type StoredRoute } from './route-store.ts';

const clock = new ManualClock();

function route(name: string, of: Partial<StoredRoute> = {}): StoredRoute {
  const targets = [{ model: 'openai/gpt-4o', weight: 1, timeoutMs: undefined }];
  return { name, strategy: 'fallback', targets, timeoutMs: undefined, sticky: false, source: 'api', ...of };
}

async function openStore(fileRoutes: readonly StoredRoute[] = []) {
  const { storage } = await temporaryStorage(clock);
  const open = () => RouteStore.open(storage, clock, fileRoutes);
  return { open, store: await open() };
}

describe('routes made at run time', () => {
  test('are there at once, after a restart, and gone when deleted', async () => {
    const { store, open } = await openStore();
    const made = route('fast', { strategy: 'weighted', timeoutMs: 8000, sticky: true });
    await store.put(made);
    expect(store.list()).toEqual([made]);
    expect((await open()).list()).toMatchObject([
      { name: 'fast', strategy: 'weighted', timeoutMs: 8000, sticky: true },
    ]);
    expect(await store.delete('fast')).toBe(true);
    expect(await store.delete('fast')).toBe(false);
    expect((await open()).list()).toEqual([]);
  });

  test('tell who builds from them about every change', async () => {
    const { store } = await openStore();
    const seen: string[][] = [];
    store.onChange(() => seen.push(store.list().map(({ name }) => name)));
    await store.put(route('b'));
    await store.put(route('a'));
    await store.delete('b');
    store.replaceFileRoutes([route('c', { source: 'file' })]);
    expect(seen).toEqual([['b'], ['a', 'b'], ['a'], ['a', 'c']]);
  });

  test('cannot change those of the file, which win over older ones of the same name', async () => {
    const { store } = await openStore();
    await store.put(route('fast'));
    store.replaceFileRoutes([route('fast', { source: 'file', strategy: 'least-cost' })]);
    expect(store.list()).toMatchObject([{ source: 'file', strategy: 'least-cost' }]);
    await expect(store.put(route('fast'))).rejects.toMatchObject({ code: 'conflict', param: 'name' });
    await expect(store.delete('fast')).rejects.toMatchObject({ code: 'conflict' });
    store.replaceFileRoutes([]);
    expect(store.list()).toMatchObject([{ source: 'api', strategy: 'fallback' }]);
  });
});
