import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { ask } from './ask.ts';
import type { ServerProblem } from './server-problem.ts';
import { onLive } from './use-live.ts';

export interface ReadOptions {
  /** Names of live events after which it is read again; at once, then at most every second. */
  readonly refreshOn?: readonly string[];
  /** Milliseconds after which it is read again in any case; absent: never. */
  readonly everyMs?: number;
  /** False: it is not read (yet). */
  readonly enabled?: boolean;
}

export interface Read<Reply> {
  /** What the server last answered; kept while another path is read. */
  readonly data: Reply | undefined;
  readonly problem: ServerProblem | undefined;
  /** True until there is data or a problem. */
  readonly isWaiting: boolean;
  readonly again: () => void;
}

const LEAST_MS = 1000;

/** What a GET of the server answers, kept fresh: `useRead<KeyList>('/api/v1/keys', { refreshOn: ['key'] })`. */
export function useRead<Reply>(path: string, options: ReadOptions = {}): Read<Reply> {
  const { refreshOn, everyMs, enabled = true } = options;
  const query = useQuery<Reply, ServerProblem>({
    queryKey: [path],
    queryFn: ({ signal }) => ask<Reply>(`GET ${path}`, undefined, { signal }),
    placeholderData: keepPreviousData,
    enabled,
    ...(everyMs === undefined ? {} : { refetchInterval: everyMs }),
  });
  useRefreshOn(path, enabled ? refreshOn : undefined);
  return {
    data: query.data,
    problem: query.error ?? undefined,
    isWaiting: enabled && query.data === undefined && query.error === null,
    again: () => void query.refetch(),
  };
}

function useRefreshOn(path: string, names: readonly string[] | undefined): void {
  const client = useQueryClient();
  const lastMs = useRef(0);
  const key = names?.join(' ') ?? '';
  useEffect(() => {
    if (key === '') return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = () => {
      timer = undefined;
      lastMs.current = performance.now();
      void client.invalidateQueries({ queryKey: [path], exact: true });
    };
    const stop = onLive(key.split(' '), () => {
      timer ??= setTimeout(read, Math.max(0, lastMs.current + LEAST_MS - performance.now()));
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [client, path, key]);
}
