import { timingSafeEqual } from 'node:crypto';
import { type BudgetTerms, type BudgetTermsInUsd, termsFromUsd } from '../../kernel/budget.ts';
import { WeirError } from '../../kernel/errors.ts';
import { uuidV7 } from '../../kernel/ids.ts';
import type { Limits } from '../../kernel/limits.ts';
import type { Clock } from '../../ports/clock.ts';
import type { KeyRow, Storage } from '../../ports/storage.ts';
import { hashKey, newKey } from './key-format.ts';
import { isRole, type Role } from './roles.ts';

/** A live key as the path of a call needs it. */
export interface Key {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly role: Role;
  readonly scopes: KeyScopes;
  /** Of `scopes.budget`, ready for the path of a call. */
  readonly budget: BudgetTerms | undefined;
  readonly last4: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
}

/** What a key may use; absent means all. */
export interface KeyScopes {
  readonly models?: readonly string[];
  readonly routes?: readonly string[];
  readonly endpoints?: readonly string[];
  readonly limits?: Limits;
  readonly budget?: BudgetTermsInUsd;
  /** Do its calls use the cache when they do not say? Absent: the route and the configuration decide. */
  readonly cache?: boolean;
}

export interface NewKey {
  readonly name: string;
  readonly projectId: string;
  readonly role: Role;
  readonly scopes: KeyScopes;
  readonly expiresAt: number | null;
}

export const ADMIN_KEY_ID = 'admin';
export const DEFAULT_PROJECT = 'default';

/** All keys, in memory by hash; the database is written first, so what memory knows is durable. */
export class KeyStore {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #byHash = new Map<string, { key: Key; hash: Buffer }>();

  private constructor(storage: Storage, clock: Clock) {
    this.#storage = storage;
    this.#clock = clock;
  }

  static async open(storage: Storage, clock: Clock): Promise<KeyStore> {
    const store = new KeyStore(storage, clock);
    for (const row of await storage.keys.all()) store.#remember(row);
    return store;
  }

  /** Reads keys again that another process may have changed: those with these ids, or all. */
  async refresh(ids: readonly string[] | undefined): Promise<void> {
    if (ids === undefined) {
      const rows = await this.#storage.keys.all();
      this.#byHash.clear();
      for (const row of rows) this.#remember(row);
      return;
    }
    for (const id of ids) {
      const row = await this.#storage.keys.get(id);
      this.#forget(id);
      if (row !== undefined) this.#remember(row);
    }
  }

  get hasAdmin(): boolean {
    return this.#find(ADMIN_KEY_ID) !== undefined;
  }

  /** The key behind a secret. Throws `auth.invalid`: unknown, revoked and expired keys look alike. */
  authenticate(secret: string): Key {
    const hash = hashKey(secret);
    const entry = this.#byHash.get(hash);
    const stored = entry?.hash ?? NO_HASH;
    const same = timingSafeEqual(stored, Buffer.from(hash, 'hex'));
    if (entry === undefined || !same || !this.#isLive(entry.key)) throw new WeirError('auth.invalid');
    return entry.key;
  }

  /** The key behind an id, for work that goes on in its name. Throws `auth.invalid` like `authenticate`. */
  live(id: string): Key {
    const key = this.#find(id)?.key;
    if (key === undefined || !this.#isLive(key)) throw new WeirError('auth.invalid');
    return key;
  }

  /** SHA-256 of the key behind an id, hex: another one when the id got another key. */
  hashOf(id: string): string | undefined {
    return this.#find(id)?.hash.toString('hex');
  }

  /** Sets the admin key to a chosen secret, replacing the one before. */
  setAdmin(secret: string): Promise<void> {
    const of = { name: 'admin', projectId: DEFAULT_PROJECT, role: 'admin', scopes: {}, expiresAt: null } as const;
    return this.set(ADMIN_KEY_ID, secret, of);
  }

  /** A key of a chosen id and secret, live from now on. Rejects with `conflict` when another process makes it at this moment. */
  async set(id: string, secret: string, of: NewKey): Promise<void> {
    const row = rowOf(of, { id, secret, createdAt: this.#clock.now() });
    const existing = this.#find(id);
    const isSame =
      existing?.hash.equals(Buffer.from(row.hash, 'hex')) &&
      existing.key.revokedAt === null &&
      JSON.stringify(existing.key.scopes) === row.scopes;
    if (isSame) return;
    const { hash, last4, scopes } = row;
    if (existing === undefined) await this.#storage.keys.insert(row);
    else await this.#storage.keys.update(id, { hash, last4, scopes, revoked_at: null });
    this.#forget(id);
    this.#remember(row);
  }

  /** Gives the new key's secret, which is shown once and kept nowhere. */
  async create(of: NewKey): Promise<{ key: Key; secret: string }> {
    const secret = newKey();
    const id = `key_${uuidV7(this.#clock.now()).replaceAll('-', '')}`;
    const row = rowOf(of, { id, secret, createdAt: this.#clock.now() });
    await this.#storage.keys.insert(row);
    return { key: this.#remember(row), secret };
  }

  /** Keys of a project, or of all projects; newest first. */
  list(projectId: string | undefined): Key[] {
    return [...this.#byHash.values()]
      .map(({ key }) => key)
      .filter((key) => projectId === undefined || key.projectId === projectId)
      .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
  }

  /** Undefined when the id is not of this project: foreign ids look like missing ones. */
  get(id: string, projectId: string | undefined): Key | undefined {
    const found = this.#find(id)?.key;
    return found !== undefined && (projectId === undefined || found.projectId === projectId) ? found : undefined;
  }

  async update(id: string, patch: { name?: string; scopes?: KeyScopes; expiresAt?: number | null }): Promise<Key> {
    const entry = this.#required(id);
    await this.#storage.keys.update(id, {
      ...(patch.name === undefined ? {} : { name: patch.name }),
      ...(patch.scopes === undefined ? {} : { scopes: JSON.stringify(patch.scopes) }),
      ...(patch.expiresAt === undefined ? {} : { expires_at: patch.expiresAt }),
    });
    entry.key = {
      ...entry.key,
      name: patch.name ?? entry.key.name,
      scopes: patch.scopes ?? entry.key.scopes,
      budget: patch.scopes === undefined ? entry.key.budget : budgetOf(patch.scopes),
      expiresAt: patch.expiresAt === undefined ? entry.key.expiresAt : patch.expiresAt,
    };
    return entry.key;
  }

  async revoke(id: string): Promise<Key> {
    const entry = this.#required(id);
    const revokedAt = this.#clock.now();
    await this.#storage.keys.update(id, { revoked_at: revokedAt });
    entry.key = { ...entry.key, revokedAt };
    return entry.key;
  }

  #required(id: string): { key: Key; hash: Buffer } {
    const entry = this.#find(id);
    if (entry === undefined) throw new WeirError('resource.not_found');
    return entry;
  }

  #isLive(key: Key): boolean {
    return key.revokedAt === null && (key.expiresAt === null || key.expiresAt > this.#clock.now());
  }

  #find(id: string): { key: Key; hash: Buffer } | undefined {
    for (const entry of this.#byHash.values()) if (entry.key.id === id) return entry;
    return undefined;
  }

  #forget(id: string): void {
    for (const [hash, entry] of this.#byHash) if (entry.key.id === id) this.#byHash.delete(hash);
  }

  #remember(row: KeyRow): Key {
    const scopes = JSON.parse(row.scopes) as KeyScopes;
    const key: Key = {
      id: row.id,
      projectId: row.project_id,
      name: row.name,
      role: isRole(row.role) ? row.role : 'inference',
      scopes,
      budget: budgetOf(scopes),
      last4: row.last4,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
      revokedAt: row.revoked_at,
    };
    this.#byHash.set(row.hash, { key, hash: Buffer.from(row.hash, 'hex') });
    return key;
  }
}

function rowOf(of: NewKey, made: { id: string; secret: string; createdAt: number }): KeyRow {
  return {
    id: made.id,
    project_id: of.projectId,
    name: of.name,
    hash: hashKey(made.secret),
    last4: made.secret.slice(-4),
    role: of.role,
    scopes: JSON.stringify(of.scopes),
    created_at: made.createdAt,
    expires_at: of.expiresAt,
    revoked_at: null,
  };
}

function budgetOf({ budget }: KeyScopes): BudgetTerms | undefined {
  return budget === undefined ? undefined : termsFromUsd(budget);
}

const NO_HASH = Buffer.alloc(32);
