import { createServer } from 'node:net';
import type { FastifyInstance, FastifyListenOptions } from 'fastify';

/** The port that several threads listen on can be had by another process in the same way: it has to be free before. */
export async function assertFree(address: { host: string; port: number }): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen({ ...address, exclusive: true }, resolve);
  });
  await new Promise<void>((resolve) => probe.close(() => resolve()));
}

/** Listens on a port that other threads listen on too; each connection goes to one of them. */
export function listenShared(app: FastifyInstance, address: { host: string; port: number }): Promise<string> {
  const options: FastifyListenOptions & { reusePort: true } = { ...address, reusePort: true };
  return app.listen(options);
}

/** The system cannot give one port to several. */
export function isUnsupported(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 'ENOTSUP' || code === 'ENOSYS' || code === 'ENOPROTOOPT';
}
