import { hash } from 'node:crypto';

/** The id of the item about one thing: whoever comes upon the same thing again finds the item that is there. */
export function inboxId(...about: readonly (string | number)[]): string {
  return `inbox_${hash('sha256', JSON.stringify(about), 'hex').slice(0, 32)}`;
}
