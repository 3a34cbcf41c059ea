import { Redis } from 'ioredis';

const CONNECT_TIMEOUT_MS = 1000;
const LONGEST_RECONNECT_MS = 2000;

/** A connection that gives up early, queues nothing while it is down, and comes back by itself. */
export function connectRedis(
  url: string,
  of: { commandTimeoutMs: number; report: (state: 'up' | 'down') => void },
): Redis {
  const redis = new Redis(url, {
    commandTimeout: of.commandTimeoutMs,
    connectTimeout: CONNECT_TIMEOUT_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (attempt) => Math.min(attempt * 100, LONGEST_RECONNECT_MS),
  });
  let last: 'up' | 'down' | undefined;
  const tell = (state: 'up' | 'down') => {
    if (state === last) return;
    last = state;
    of.report(state);
  };
  redis.on('ready', () => tell('up'));
  redis.on('error', () => tell('down'));
  return redis;
}
