import { MINUTE_MS } from '../../kernel/time.ts';
import type { Credential } from '../../ports/provider.ts';

/** Draws credentials by weight, honouring each one's calls per minute, without those already tried. */
export class CredentialChooser {
  readonly #random: () => number;
  readonly #used = new Map<string, { minute: number; count: number }>();

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Undefined when every credential was tried or is at its limit. */
  choose(
    pool: readonly Credential[],
    of: { nowMs: number; skip: (credential: Credential) => boolean },
  ): Credential | undefined {
    const only = pool[0];
    if (pool.length === 1 && only !== undefined) {
      return of.skip(only) || !this.#hasRoom(only, of.nowMs) ? undefined : this.#take(only, of.nowMs);
    }
    const open = pool.filter((credential) => !of.skip(credential) && this.#hasRoom(credential, of.nowMs));
    const total = open.reduce((sum, credential) => sum + credential.weight, 0);
    let left = this.#random() * total;
    const drawn = open.find((credential) => {
      left -= credential.weight;
      return left < 0;
    });
    return drawn === undefined ? undefined : this.#take(drawn, of.nowMs);
  }

  #hasRoom(credential: Credential, nowMs: number): boolean {
    if (credential.requestsPerMinute === undefined) return true;
    const used = this.#used.get(credential.id);
    return (
      used === undefined || used.minute !== Math.floor(nowMs / MINUTE_MS) || used.count < credential.requestsPerMinute
    );
  }

  #take(credential: Credential, nowMs: number): Credential {
    if (credential.requestsPerMinute === undefined) return credential;
    const minute = Math.floor(nowMs / MINUTE_MS);
    const used = this.#used.get(credential.id);
    if (used === undefined || used.minute !== minute) this.#used.set(credential.id, { minute, count: 1 });
    else used.count++;
    return credential;
  }
}
