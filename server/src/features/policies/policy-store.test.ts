import { expect, test } from 'vitest';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import { temporaryStorage } from '../../../../test/support/temporary-storage.ts';
import { invalidRequest } from '../../kernel/errors.ts';
import type { Json } from '../../kernel/json.ts';
import { PolicyStore } from './policy-store.ts';

function loud(value: Json): string {
  if (typeof value !== 'string') throw invalidRequest('loud', 'must be a text');
  return value.toUpperCase();
}

async function stand() {
  const clock = new ManualClock();
  const { storage } = await temporaryStorage(clock);
  const open = () => PolicyStore.open(storage, { clock, sections: { loud } });
  return { store: await open(), open };
}

test('gives sections as they were parsed and policies as they were written, also after a restart', async () => {
  const { store, open } = await stand();
  expect(store.section('p', 'loud')).toBeUndefined();
  expect([store.version('p'), store.read('p')]).toEqual(['', {}]);
  await store.put('p', { loud: 'hey' });
  const again = await open();
  for (const each of [store, again]) {
    expect(each.section('p', 'loud')).toBe('HEY');
    expect(each.read('p')).toEqual({ loud: 'hey' });
    expect(each.section('other', 'loud')).toBeUndefined();
  }
});

test('has another version after every change, also within one millisecond, and sees what others changed', async () => {
  const { store, open } = await stand();
  const other = await open();
  await store.put('p', { loud: 'a' });
  const first = store.version('p');
  await store.put('p', { loud: 'b' });
  expect(store.version('p')).not.toBe(first);
  expect(other.section('p', 'loud')).toBeUndefined();
  await other.refresh();
  expect([other.section('p', 'loud'), other.version('p')]).toEqual(['B', store.version('p')]);
});

test('keeps the old policy when the new one is wrong, and names the sections there are', async () => {
  const { store } = await stand();
  await store.put('p', { loud: 'a' });
  await expect(store.put('p', { loud: 1 })).rejects.toMatchObject({ code: 'request.invalid', param: 'loud' });
  await expect(store.put('p', { quiet: 'b' })).rejects.toThrow('sections are loud');
  expect(store.section('p', 'loud')).toBe('A');
});
