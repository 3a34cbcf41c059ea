import { randomUUID } from 'node:crypto';

/** A fresh provider-style id. Unlike texts, ids never repeat, not even for the same seed. */
export function newId(prefix: string): string {
  return prefix + randomUUID().replaceAll('-', '').slice(0, 24);
}
