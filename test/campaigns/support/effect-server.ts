import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The world outside: counts what steps do to it, `/kind/run/step`. */
export interface EffectServer {
  readonly url: string;
  count(kind: string, run: string, step: string): number;
  /** Steps of a run in the order of their requests. */
  orderOf(run: string): readonly number[];
  total(): number;
  close(): Promise<void>;
}

const SLOWEST_MS = 40;

export async function startEffectServer(): Promise<EffectServer> {
  const counts = new Map<string, number>();
  const orders = new Map<string, number[]>();
  let total = 0;
  const server = createServer((request, response) => {
    const [, kind = '', run = '', step = ''] = (request.url ?? '').split('/');
    const key = `${kind} ${run} ${step}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    orders.set(run, [...(orders.get(run) ?? []), Number(step)]);
    total++;
    // Some time in which the caller may die, different from step to step.
    setTimeout(() => response.end(JSON.stringify({ done: step })), (Number(step) * 7) % SLOWEST_MS);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: (kind, run, step) => counts.get(`${kind} ${run} ${step}`) ?? 0,
    orderOf: (run) => orders.get(run) ?? [],
    total: () => total,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
