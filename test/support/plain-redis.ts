import { once } from 'node:events';
import { connectRedis } from '../../server/src/compose/caching/redis.ts';

/** A client of a Redis that runs, for looking at what others keep there. */
export async function plainRedis(url: string): Promise<ReturnType<typeof connectRedis>> {
  const redis = connectRedis(url, { commandTimeoutMs: 5000, report: () => {} });
  await once(redis, 'ready');
  return redis;
}
