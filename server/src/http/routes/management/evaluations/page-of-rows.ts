import type { ListReply } from '../paging.ts';

/** A page out of one row more than was asked for; the cursor is the id of the page's last row. */
export function pageOfRows<Row extends { readonly id: string }, T>(
  rows: readonly Row[],
  of: { limit: number; show: (row: Row) => T },
): ListReply<T> {
  const page = rows.slice(0, of.limit);
  return { data: page.map(of.show), next_cursor: rows.length > of.limit ? (page.at(-1)?.id ?? null) : null };
}
