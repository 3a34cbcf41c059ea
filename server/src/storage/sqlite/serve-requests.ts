import { parentPort } from 'node:worker_threads';
import { toFailure } from './sqlite-error.ts';
import type { Reply, Request } from './worker-client.ts';

/** What a database thread does for the main thread; both throw what goes wrong. */
export interface Service {
  handle(body: unknown): unknown;
  close(): void;
}

/** Runs the thread's side of a WorkerClient: opens, says so, answers in order, ends on 'close'. */
export function serveRequests(open: () => Service): void {
  const port = parentPort;
  if (port === null) throw new Error('This file runs in a worker thread only.');
  const answer = (id: number, work: () => unknown): boolean => {
    try {
      port.postMessage({ id, result: work() } satisfies Reply);
      return true;
    } catch (error) {
      port.postMessage({ id, failure: toFailure(error) } satisfies Reply);
      return false;
    }
  };
  let service: Service | undefined;
  const opened = answer(0, () => {
    service = open();
    return null;
  });
  if (!opened) return;
  port.on('message', ({ id, body }: Request) => {
    answer(id, () => (body === 'close' ? service?.close() : service?.handle(body)));
    if (body === 'close') port.close();
  });
}
