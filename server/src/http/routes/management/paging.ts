import { z } from 'zod';
import { invalidRequest } from '../../../kernel/errors.ts';

const MAX_LIMIT = 1000;
const DEFAULT_LIMIT = 100;

/** Query fields of every list. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT).describe('Items per page'),
  cursor: z.string().min(1).optional().describe('next_cursor of the page before'),
};

export interface ListReply<T> {
  readonly data: readonly T[];
  readonly next_cursor: string | null;
}

/** One page of a list that is in memory; the cursor is the id of the page's last item. */
export function pageOf<T extends { readonly id: string }>(
  items: readonly T[],
  page: { limit: number; cursor?: string | undefined },
): ListReply<T> {
  const at = page.cursor === undefined ? -1 : items.findIndex(({ id }) => id === page.cursor);
  if (page.cursor !== undefined && at === -1) {
    throw invalidRequest('cursor', 'is not one that Weir gave; leave it out to start anew.');
  }
  const data = items.slice(at + 1, at + 1 + page.limit);
  const isLast = at + 1 + data.length >= items.length;
  return { data, next_cursor: isLast ? null : (data.at(-1)?.id ?? null) };
}
