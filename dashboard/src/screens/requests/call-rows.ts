import type { Rows } from '../../parts/data-table.tsx';
import type { CallRow } from './call-row.ts';

/** Rows of a page as it is asked for; only the last one may have fewer. */
export const PAGE_ROWS = 500;

export interface CallPage {
  readonly rows: readonly CallRow[];
  /** Where the next page begins; null: this is the last one. */
  readonly next: string | null;
}

/** Calls that came live, then those that were read, page by page. Copies none of them: there may be a hundred thousand. */
export class CallRows implements Rows<CallRow> {
  readonly length: number;
  readonly #live: readonly CallRow[];
  readonly #pages: readonly CallPage[];

  /** A call that came live may have been read as well, with the first page. */
  constructor(live: readonly CallRow[], pages: readonly CallPage[]) {
    const read = new Set(live.length === 0 ? [] : pages[0]?.rows.map(({ id }) => id));
    this.#live = live.filter(({ id }) => !read.has(id));
    this.#pages = pages;
    this.length = this.#live.length + Math.max(0, pages.length - 1) * PAGE_ROWS + (pages.at(-1)?.rows.length ?? 0);
  }

  at(index: number): CallRow | undefined {
    const below = index - this.#live.length;
    if (below < 0) return this.#live[index];
    return this.#pages[Math.floor(below / PAGE_ROWS)]?.rows[below % PAGE_ROWS];
  }
}
