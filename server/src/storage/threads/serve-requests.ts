import { parentPort } from 'node:worker_threads';
import { toThreadFailure } from './failure.ts';
import type { Reply, Request } from './worker-client.ts';

/** What a database thread does for the main thread; both throw what goes wrong, as a WeirError where they can. */
export interface Service {
  handle(body: unknown): unknown;
  close(): unknown;
}

/** Runs the thread's side of a WorkerClient: opens, says so, answers one request after the other, ends on 'close'. */
export function serveRequests(open: () => Service | Promise<Service>): void {
  const port = parentPort;
  if (port === null) throw new Error('This file runs in a worker thread only.');
  const answer = async (id: number, work: () => unknown): Promise<void> => {
    let reply: Reply;
    try {
      reply = { id, result: await work() };
    } catch (error) {
      reply = { id, failure: toThreadFailure(error) };
    }
    port.postMessage(reply);
  };
  let service: Service | undefined;
  let last = answer(0, async () => {
    service = await open();
    port.on('message', ({ id, body }: Request) => {
      const work = () => (body === 'close' ? service?.close() : service?.handle(body));
      last = last.then(() => answer(id, work)).then(() => (body === 'close' ? port.close() : undefined));
    });
    return null;
  });
}
