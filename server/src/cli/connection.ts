import type { Environment } from '../config/load-config.ts';
import { type JsonClient, jsonClient } from './json-client.ts';
import { UsageError } from './usage-error.ts';

/** Options of every command that speaks to a running server. */
export const CONNECTION = {
  url: { kind: 'text', value: 'URL', about: 'Address of a running server; default WEIR_URL or http://127.0.0.1:8080' },
  key: { kind: 'text', value: 'KEY', about: 'Weir key to use; default WEIR_ADMIN_KEY' },
} as const;

export const JSON_OPTION = { kind: 'flag', about: 'Print JSON' } as const;

interface Connection {
  readonly url: string | undefined;
  readonly key: string | undefined;
}

/** The server that the options or the environment name. */
export function connect(options: Connection, environment: Environment): JsonClient {
  return jsonClient(serverOf(options, environment));
}

/** Its address and the key to use there. */
export function serverOf(options: Connection, environment: Environment): { url: string; key: string } {
  const url = options.url ?? (environment.WEIR_URL || 'http://127.0.0.1:8080');
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new UsageError(`--url must be an address that begins with http:// or https://, not "${url}".`);
  }
  const key = options.key ?? environment.WEIR_ADMIN_KEY;
  if (key === undefined || key === '') {
    throw new UsageError('A key is needed: give it with --key or WEIR_ADMIN_KEY.');
  }
  return { url: url.replace(/\/+$/, ''), key };
}
