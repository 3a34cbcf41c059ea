import { MessageChannel } from 'node:worker_threads';
import { Link, type Services } from '../../server/src/workers/link.ts';

/** Two ends of a line as two threads have them; what is said is copied as between threads. */
export function linked(services: Services): { link: Link; close(): void } {
  const { port1, port2 } = new MessageChannel();
  const served = new Link(port1, services);
  const link = new Link(port2);
  return {
    link,
    close() {
      link.end();
      served.end();
    },
  };
}
