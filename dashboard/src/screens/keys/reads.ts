import type { BudgetObject, KeyObject, LimitUseObject, RouteObject } from '@weir/contract';
import { type Read, useRead } from '../../api/use-read.ts';

export interface List<Item> {
  readonly data: readonly Item[];
  readonly next_cursor: string | null;
}

export interface KeySpend {
  readonly key: string;
  /** USD. */
  readonly total_cost: number;
  readonly request_count: number;
}

export const KEYS = '/api/v1/keys';
export const BUDGETS = '/api/v1/budgets';

export function useKeys(): Read<List<KeyObject>> {
  return useRead(`${KEYS}?limit=1000`, { refreshOn: ['change'] });
}

export function useBudgets(): Read<List<BudgetObject>> {
  return useRead(`${BUDGETS}?limit=1000`, { refreshOn: ['call', 'change'] });
}

/** Calls and cost of each key in the last 30 days, by key id. */
export function useSpendOfKeys(): ReadonlyMap<string, KeySpend> {
  const report = useRead<{ groups: readonly KeySpend[] }>('/api/v1/usage/report?group_by=key', { refreshOn: ['call'] });
  return new Map((report.data?.groups ?? []).map((group) => [group.key, group]));
}

export function useLimits(of: { readonly keyId?: string; readonly userId?: string }): Read<List<LimitUseObject>> {
  const query = new URLSearchParams({ limit: '1000' });
  if (of.keyId !== undefined) query.set('key_id', of.keyId);
  if (of.userId !== undefined && of.userId !== '') query.set('user_id', of.userId);
  return useRead(`/api/v1/limits?${query}`, { refreshOn: ['call', 'change'], everyMs: 5000 });
}

/** What a call may name as its model: routes, and models of providers. */
export function useModelNames(): readonly string[] {
  const routes = useRead<List<RouteObject>>('/api/v1/routes?limit=1000').data?.data ?? [];
  const models = useRead<{ data: readonly { id: string }[] }>('/v1/models').data?.data ?? [];
  return [...new Set([...routes.map(({ name }) => name), ...models.map(({ id }) => id)])];
}
