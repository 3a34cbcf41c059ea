import { type DestinationStream, destination, type Logger, pino } from 'pino';
import { withoutSecrets } from './without-secrets.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

const STDERR = 2;
/** The destination keeps this much for a terminal or pipe that does not read, then drops. */
const MAX_BUFFERED_BYTES = 8_388_608;

/** Standard error, written asynchronously and flushed at exit. */
export function stderrDestination(): ReturnType<typeof destination> {
  return destination({ dest: STDERR, sync: false, maxLength: MAX_BUFFERED_BYTES });
}

/** Weir's own log: JSON lines. Nothing secret is passed to it; a field that is named like a secret is dropped all the same. */
export function createLogger(options: { level: LogLevel; destination: DestinationStream }): Logger {
  return pino(
    {
      level: options.level,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }), log: withoutSecrets },
    },
    options.destination,
  );
}

export type { Logger } from 'pino';
