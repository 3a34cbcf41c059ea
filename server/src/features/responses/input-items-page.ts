import { invalidRequest } from '../../kernel/errors.ts';
import { asString, type JsonObject } from '../../kernel/json.ts';

/** Query of the input items list, as the client sent it. */
export interface PageQuery {
  /** Id of the item the page starts after. */
  readonly after?: string;
  /** Items per page, 1 to 100; absent means 20. */
  readonly limit?: number;
  /** Absent means desc: the last item first. */
  readonly order?: 'asc' | 'desc';
}

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/** One page of items in the wire's list shape. Items that came without an id get one that stays the same on every call. */
export function inputItemsPage(responseId: string, items: readonly JsonObject[], query: PageQuery): JsonObject {
  const limit = query.limit ?? DEFAULT_LIMIT;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw invalidRequest('limit', `must be a whole number from 1 to ${MAX_LIMIT}.`);
  }
  const listed = items.map((item, index) => ({ ...item, id: asString(item.id) ?? itemId(responseId, item, index) }));
  if (query.order !== 'asc') listed.reverse();
  const start = query.after === undefined ? 0 : listed.findIndex((item) => item.id === query.after) + 1;
  if (query.after !== undefined && start === 0) throw invalidRequest('after', 'is not the id of an input item.');
  const data = listed.slice(start, start + limit);
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: start + limit < listed.length,
  };
}

const PREFIXES: Readonly<Record<string, string>> = {
  function_call: 'fc',
  function_call_output: 'fco',
  custom_tool_call: 'ctc',
  custom_tool_call_output: 'ctco',
  reasoning: 'rs',
};

function itemId(responseId: string, item: JsonObject, index: number): string {
  const prefix = PREFIXES[asString(item.type) ?? 'message'] ?? 'msg';
  return `${prefix}_${responseId.replace(/^resp_/, '')}i${index.toString(16).padStart(4, '0')}`;
}
