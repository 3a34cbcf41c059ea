import { invalidRequest } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';

/** Query of a list of files or batches. */
export interface ListQuery {
  /** Id of the object the page starts after. */
  readonly after?: string | undefined;
  /** Objects per page. */
  readonly limit: number;
  /** Absent means desc: the newest first. */
  readonly order?: 'asc' | 'desc' | undefined;
  /** Only files of this purpose. */
  readonly purpose?: string | undefined;
}

/** One page of objects that come newest first, in the wire's list shape. */
export function objectsPage(newestFirst: readonly JsonObject[], query: ListQuery): JsonObject {
  const { purpose } = query;
  const listed = newestFirst.filter((object) => purpose === undefined || object.purpose === purpose);
  if (query.order === 'asc') listed.reverse();
  const start = query.after === undefined ? 0 : listed.findIndex((object) => object.id === query.after) + 1;
  if (query.after !== undefined && start === 0) throw invalidRequest('after', 'is not the id of a listed object');
  const data = listed.slice(start, start + query.limit);
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: start + query.limit < listed.length,
  };
}
