import type { Postgres } from './postgres.ts';
import { type RunningWeir, startWeir, type WeirOptions } from './weir.ts';

export const TEST_MASTER_KEY = Buffer.alloc(32, 7).toString('base64');

/** Several servers on one new database, each with a data directory of its own. */
export async function startReplicas(
  postgres: Postgres,
  of: { readonly count: number } & WeirOptions,
): Promise<{ readonly url: string; readonly replicas: RunningWeir[]; stop(): Promise<void> }> {
  const url = await postgres.database();
  const starting = Array.from({ length: of.count }, () => startReplica(url, of));
  const replicas = await Promise.all(starting);
  return {
    url,
    replicas,
    async stop() {
      await Promise.all(replicas.map((replica) => replica.stop()));
    },
  };
}

export function startReplica(url: string, options: WeirOptions = {}): Promise<RunningWeir> {
  const env = { DATABASE_URL: url, WEIR_MASTER_KEY: TEST_MASTER_KEY, ...options.env };
  return startWeir({ ...options, env });
}
