import { hash } from 'node:crypto';

const PLAIN = /^[!-~]{1,200}$/;

/** An idempotency key as the value of a header: itself, or a hash where names in it are long or not ASCII. */
export function idempotencyHeader(key: string): string {
  return PLAIN.test(key) ? key : hash('sha256', key, 'hex');
}
