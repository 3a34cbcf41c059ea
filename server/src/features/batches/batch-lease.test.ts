import { afterAll, beforeAll, expect, test } from 'vitest';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import type { IdempotencyRow, Storage } from '../../ports/storage.ts';
import { BatchLease } from './batch-lease.ts';

const clock = new ManualClock();
const kept = new Map<string, IdempotencyRow>();
/** The part of the storage that a lease uses, as both backends do it. */
const rows = {
  async begin(row: IdempotencyRow) {
    const standing = kept.get(row.id);
    if (standing === undefined) kept.set(row.id, row);
    return standing;
  },
  async replace(standing: IdempotencyRow, row: IdempotencyRow) {
    if (kept.get(row.id)?.created_at !== standing.created_at) return false;
    kept.set(row.id, row);
    return true;
  },
  async delete(id: string) {
    kept.delete(id);
  },
} as unknown as Storage['idempotency'];

const first = new BatchLease(rows, clock);
const second = new BatchLease(rows, clock);
beforeAll(() => kept.clear());
afterAll(() => kept.clear());

test('one process runs a batch; another takes it over only when that one was silent for long', async () => {
  expect(await first.take('b')).toBe(true);
  expect(await second.take('b')).toBe(false);
  clock.advance(60_000);
  expect(await first.renew()).toBe(true);
  clock.advance(60_000);
  expect(await second.take('b')).toBe(false);
  clock.advance(31_000);
  expect(await second.take('b')).toBe(true);
  expect(await first.renew()).toBe(false);
  await second.release();
  expect(await first.take('b')).toBe(true);
});
