import { createHmac } from 'node:crypto';
import { isWeirError, WeirError } from '../../kernel/errors.ts';
import { randomHex } from '../../kernel/ids.ts';
import { HOUR_MS, MINUTE_MS } from '../../kernel/time.ts';
import type { Changes } from '../../ports/changes.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Storage } from '../../ports/storage.ts';
import { csrfToken, isGenuine, isSameToken, readToken, type SessionFacts, writeToken } from './session-token.ts';
import { SignInAttempts } from './sign-in-attempts.ts';

/** What sessions must know of a key. */
export interface SessionKey {
  readonly id: string;
  readonly role: string;
}

export interface SessionKeys<Key extends SessionKey> {
  authenticate(secret: string): Key;
  live(id: string): Key;
  hashOf(id: string): string | undefined;
}

export interface Session<Key extends SessionKey> {
  readonly id: string;
  readonly key: Key;
  readonly csrfToken: string;
  /** Epoch ms of its end, whatever is asked in it. */
  readonly expiresAt: number;
  /** The cookie's value; another one than came in when the time of the latest request had to be noted. */
  readonly token: string;
}

export interface SessionOptions<Key extends SessionKey> {
  readonly storage: Pick<Storage, 'settings'>;
  readonly changes: Pick<Changes, 'on'>;
  readonly keys: SessionKeys<Key>;
  readonly clock: Clock;
  /** Known to every process of this server and to nobody else. */
  readonly secret: Buffer;
  readonly settings: () => { readonly idle_minutes: number; readonly max_hours: number };
}

const SIGNED_OUT = 'signed-out';
/** A tenth of the idle time may pass before a request is noted. */
const NOTED_PARTS = 10;
/** Longest `sessions.max_hours`: older notes of ended sessions are of no use. */
const LONGEST_MS = 720 * HOUR_MS;

/**
 * People who signed in with a key. What a session is stands in its signed cookie, so every thread and replica knows it at
 * once; stored is only who signed out. The signature covers the key's hash: a key that is revoked, expired or replaced ends
 * all its sessions everywhere.
 */
export class Sessions<Key extends SessionKey> {
  readonly #of: SessionOptions<Key>;
  readonly #attempts: SignInAttempts;
  readonly #signedOut = new Set<string>();

  private constructor(of: SessionOptions<Key>) {
    this.#of = of;
    this.#attempts = new SignInAttempts(of.clock);
  }

  static async open<Key extends SessionKey>(of: SessionOptions<Key>): Promise<Sessions<Key>> {
    const sessions = new Sessions(of);
    const refresh = async () => {
      for (const { name } of await of.storage.settings.all(SIGNED_OUT)) sessions.#signedOut.add(name);
    };
    of.changes.on(`setting:${SIGNED_OUT}`, refresh);
    await refresh();
    return sessions;
  }

  /** A new session, never one that somebody brought along. Throws `auth.invalid`, `auth.denied` or `limit.rate`. */
  signIn(secret: string, address: string): Session<Key> {
    this.#attempts.assertMayTry(address);
    const key = this.#keyOf(secret, address);
    if (key.role === 'inference') {
      throw new WeirError('auth.denied', {
        param: 'key',
        message: 'key: an inference key only makes calls. Sign in with a viewer, developer, operator or admin key.',
      });
    }
    const now = this.#of.clock.now();
    return this.#session({ id: randomHex(16), keyId: key.id, startedAt: now, seenAt: now }, key);
  }

  /** The session of a cookie. Throws `auth.invalid` when there is none, or none any more. */
  find(token: string): Session<Key> {
    const facts = readToken(token);
    const key = facts === undefined ? undefined : this.#liveKey(facts.keyId);
    if (facts === undefined || key === undefined || !isGenuine(token, this.#secretOf(key.id)) || !this.#isOn(facts)) {
      throw new WeirError('auth.invalid', { message: 'The session is over. Sign in again.' });
    }
    const now = this.#of.clock.now();
    const isNoted = now - facts.seenAt < this.#idleMs / NOTED_PARTS;
    return this.#session(isNoted ? facts : { ...facts, seenAt: now }, key);
  }

  /** Throws `auth.denied` unless a request that changes something brings the session's token. */
  assertSent(given: string | readonly string[] | undefined, session: Session<Key>): void {
    if (typeof given === 'string' && isSameToken(given, session.csrfToken)) return;
    throw new WeirError('auth.denied', {
      param: 'x-weir-csrf',
      message: 'x-weir-csrf: a session changes things only with the csrf_token of GET /api/v1/session in this header.',
    });
  }

  /** Resolves when no process takes the session any more, or will within a second. */
  async signOut(session: Session<Key>): Promise<void> {
    this.#signedOut.add(session.id);
    await this.#of.storage.settings.put({
      ...{ kind: SIGNED_OUT, name: session.id, value: '{}' },
      updated_at: this.#of.clock.now(),
    });
  }

  /** Forgets who signed out of sessions that are over by themselves. */
  async prune(): Promise<void> {
    const { storage, clock } = this.#of;
    for (const { name, updated_at } of await storage.settings.all(SIGNED_OUT)) {
      if (clock.now() - updated_at < LONGEST_MS) continue;
      await storage.settings.delete(SIGNED_OUT, name);
      this.#signedOut.delete(name);
    }
  }

  #keyOf(secret: string, address: string): Key {
    try {
      return this.#of.keys.authenticate(secret);
    } catch (error) {
      if (isWeirError(error) && error.code === 'auth.invalid') this.#attempts.failed(address);
      throw error;
    }
  }

  #liveKey(id: string): Key | undefined {
    try {
      return this.#of.keys.live(id);
    } catch (error) {
      if (isWeirError(error) && error.code === 'auth.invalid') return undefined;
      throw error;
    }
  }

  #isOn({ id, startedAt, seenAt }: SessionFacts): boolean {
    const now = this.#of.clock.now();
    return now < startedAt + this.#maxMs && now < seenAt + this.#idleMs && !this.#signedOut.has(id);
  }

  #session(facts: SessionFacts, key: Key): Session<Key> {
    const secret = this.#secretOf(key.id);
    return {
      id: facts.id,
      key,
      csrfToken: csrfToken(facts.id, secret),
      expiresAt: facts.startedAt + this.#maxMs,
      token: writeToken(facts, secret),
    };
  }

  #secretOf(keyId: string): Buffer {
    const { keys, secret } = this.#of;
    return createHmac('sha256', secret)
      .update(keys.hashOf(keyId) ?? '')
      .digest();
  }

  get #idleMs(): number {
    return this.#of.settings().idle_minutes * MINUTE_MS;
  }

  get #maxMs(): number {
    return this.#of.settings().max_hours * HOUR_MS;
  }
}
