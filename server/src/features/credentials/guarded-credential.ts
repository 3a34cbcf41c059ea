import { inspect } from 'node:util';
import type { Credential } from '../../ports/provider.ts';

/** A credential that shows its secret to nobody but the code that asks for it: not in JSON, not in logs, not in dumps. */
export class GuardedCredential implements Credential {
  readonly #secret: string;
  readonly id: string;
  readonly weight: number;
  readonly requestsPerMinute: number | undefined;
  readonly scope: Credential['scope'];

  constructor(of: Credential) {
    this.#secret = of.secret;
    this.id = of.id;
    this.weight = of.weight;
    this.requestsPerMinute = of.requestsPerMinute;
    this.scope = of.scope;
  }

  get secret(): string {
    return this.#secret;
  }

  toJSON(): { id: string; last4: string } {
    return { id: this.id, last4: lastFour(this.#secret) };
  }

  [inspect.custom](): string {
    return `credential ${this.id} (...${lastFour(this.#secret)})`;
  }
}

/** Enough to recognise a secret, too little to use it: nothing of secrets that are hardly longer themselves. */
export function lastFour(secret: string): string {
  return secret.length >= 12 ? secret.slice(-4) : '';
}
