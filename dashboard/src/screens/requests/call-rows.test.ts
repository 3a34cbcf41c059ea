import { expect, test } from 'vitest';
import type { CallRow } from './call-row.ts';
import { type CallPage, CallRows, PAGE_ROWS } from './call-rows.ts';

test('has what came live above what was read, each call once', () => {
  const pages = [page(0, PAGE_ROWS), page(PAGE_ROWS, 3)];
  const rows = new CallRows([row('new'), row('call 0')], pages);
  expect(rows.length).toBe(PAGE_ROWS + 4);
  expect(Array.from({ length: rows.length }, (_, at) => rows.at(at)?.id)).toEqual([
    'new',
    ...pages.flatMap((each) => each.rows.map(({ id }) => id)),
  ]);
  expect(rows.at(rows.length)).toBeUndefined();
});

test('is empty when nothing was there to be read', () => {
  expect(new CallRows([], [page(0, 0)]).length).toBe(0);
  expect(new CallRows([row('new')], [page(0, 0)]).at(0)?.id).toBe('new');
});

function page(from: number, count: number): CallPage {
  return { rows: Array.from({ length: count }, (_, at) => row(`call ${from + at}`)), next: null };
}

function row(id: string): CallRow {
  return {
    ...{ id, at: 0, target: 'openai/gpt-4o-mini', keyId: 'key_1', success: true, errorCode: null, isCached: false },
    ...{ attempts: 1, tookMs: 1, tokens: 1, costNano: 1 },
  };
}
