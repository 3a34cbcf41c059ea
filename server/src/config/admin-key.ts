import { WeirError } from '../kernel/errors.ts';
import type { Environment } from './load-config.ts';

const MINIMUM_LENGTH = 24;
const PRINTABLE = /^[\x21-\x7e]+$/;

/** The admin key that the environment sets; undefined without one. Throws `config.invalid` when it is too weak to use. */
export function chosenAdminKey(environment: Environment): string | undefined {
  const chosen = environment.WEIR_ADMIN_KEY;
  if (chosen === undefined || chosen === '') return undefined;
  if (chosen.length >= MINIMUM_LENGTH && PRINTABLE.test(chosen)) return chosen;
  throw new WeirError('config.invalid', {
    message: `WEIR_ADMIN_KEY must have at least ${MINIMUM_LENGTH} printable characters without spaces; this one has ${chosen.length}. Make one with: openssl rand -base64 32`,
  });
}

/**
 * Other machines may only reach a server whose admin key somebody chose: a key that was merely printed at a first start
 * may stand in logs that others read.
 */
export function refuseOpenHost(host: string, environment: Environment): void {
  if (isLoopback(host) || chosenAdminKey(environment) !== undefined) return;
  throw new WeirError('config.invalid', {
    message: `server.host is ${host}, which other machines can reach. Set WEIR_ADMIN_KEY (at least ${MINIMUM_LENGTH} characters) for that, or listen on 127.0.0.1.`,
  });
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
