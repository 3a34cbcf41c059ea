import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ask } from './ask.ts';
import type { ServerProblem } from './server-problem.ts';

export interface Act<Body, Reply> {
  /** Sends it; resolves with undefined when the server refused, and `problem` says why. */
  readonly run: (body: Body) => Promise<Reply | undefined>;
  readonly problem: ServerProblem | undefined;
  readonly isRunning: boolean;
  readonly reply: Reply | undefined;
  readonly forget: () => void;
}

export interface ActOptions {
  /** Reads whose path begins with one of these are read again afterwards. */
  readonly refresh?: readonly string[];
  /** Shown in passing when it worked. */
  readonly done?: string;
}

/**
 * Something a person does: `useAct<NewKey, CreatedKey>('POST /api/v1/keys', { refresh: ['/api/v1/keys'] })`. A request that
 * depends on what is sent is a function of it: `useAct((key: KeyObject) => `DELETE /api/v1/keys/${key.id}`)`, which then
 * sends no body; `[request, body]` sends another body.
 */
export function useAct<Body, Reply = unknown>(
  request: string | ((input: Body) => string | readonly [request: string, body: unknown]),
  options: ActOptions = {},
): Act<Body, Reply> {
  const client = useQueryClient();
  const mutation = useMutation<Reply, ServerProblem, Body>({
    mutationFn: (input) => {
      if (typeof request === 'string') return ask<Reply>(request, input);
      const made = request(input);
      return typeof made === 'string' ? ask<Reply>(made) : ask<Reply>(made[0], made[1]);
    },
    onSuccess: async () => {
      if (options.done !== undefined) {
        notifications.show({ message: options.done, autoClose: 4000, closeButtonProps: { 'aria-label': 'Close' } });
      }
      const starts = options.refresh ?? [];
      await client.invalidateQueries({
        predicate: ({ queryKey: [path] }) => starts.some((start) => String(path).startsWith(start)),
      });
    },
  });
  return {
    run: (input) => mutation.mutateAsync(input).catch(() => undefined),
    problem: mutation.error ?? undefined,
    isRunning: mutation.isPending,
    reply: mutation.data,
    forget: mutation.reset,
  };
}
