import { useInfiniteQuery } from '@tanstack/react-query';
import type { LiveCall } from '@weir/contract';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { ask } from '../../api/ask.ts';
import type { ServerProblem } from '../../api/server-problem.ts';
import { useLive } from '../../api/use-live.ts';
import { type CallRow, callRow, type UsageRecord } from './call-row.ts';
import { type CallPage, CallRows, PAGE_ROWS } from './call-rows.ts';

/** Live calls kept above those that were read. */
const MOST_LIVE = 2000;
const NONE: readonly CallRow[] = [];

export interface Filter {
  readonly success: string;
  readonly model: string;
  readonly key_id: string;
}

/** Calls that fit a filter, newest first, read page by page, with those that settle meanwhile on top. */
export function useCalls(filter: Filter) {
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== '')).toString();
  const [live, setLive] = useState(NONE);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter starts anew
  useEffect(() => setLive(NONE), [query]);
  const pages = useInfiniteQuery<CallPage, ServerProblem, readonly CallPage[], string[], string>({
    queryKey: ['calls', query],
    queryFn: async ({ pageParam, signal }) => {
      const path = `/api/v1/usage/records?limit=${PAGE_ROWS}&${query}${pageParam === '' ? '' : `&cursor=${pageParam}`}`;
      const reply = await ask<{ data: UsageRecord[]; next_cursor: string | null }>(`GET ${path}`, undefined, {
        signal,
      });
      return { rows: reply.data.map(callRow), next: reply.next_cursor };
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    select: ({ pages }) => pages,
    // Comparing a hundred thousand rows would cost more than drawing them; what is new comes live.
    structuralSharing: false,
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  useLive(['call'], ({ data }) => {
    const call = data as LiveCall;
    if (fits(call, filter)) setLive((rows) => [callRow(call), ...rows].slice(0, MOST_LIVE));
  });
  const rows = useMemo(() => pages.data && new CallRows(live, pages.data), [live, pages.data]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return { rows, more, hasMore: hasNextPage, problem: pages.error ?? undefined, again: pages.refetch };
}

function fits(call: LiveCall, filter: Filter): boolean {
  return (
    (filter.success === '' || String(call.success) === filter.success) &&
    (filter.model === '' || call.model === filter.model) &&
    (filter.key_id === '' || call.key_id === filter.key_id)
  );
}
