import { invalidRequest, WeirError } from '../../kernel/errors.ts';
import { uuidV7 } from '../../kernel/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Credential, Provider } from '../../ports/provider.ts';
import type { CredentialSource } from '../../ports/secrets.ts';
import type { CredentialRow, Storage } from '../../ports/storage.ts';
import { originOf, parseBaseUrl } from './address.ts';
import { GuardedCredential, lastFour } from './guarded-credential.ts';
import type { MasterKey } from './master-key.ts';
import { openCredential, sealCredential } from './seal-credential.ts';

/** What the store must know of the providers; compose answers from the configuration. */
export interface ProviderAddresses {
  /** The configured address of a provider (file, environment or default); undefined when there is no such provider. */
  configured(provider: string): { readonly baseUrl: string | undefined; readonly fixed: boolean } | undefined;
  /** Throws `egress.denied` for an address that came by API and that the egress policy does not allow. */
  check(url: URL): Promise<void>;
}

export interface CredentialStoreOptions {
  readonly storage: Storage;
  readonly masterKey: MasterKey;
  readonly clock: Clock;
  readonly addresses: ProviderAddresses;
}

export interface NewCredential {
  readonly provider: string;
  readonly secret: string;
  readonly scope: CredentialRow['scope'];
  /** '' for the server's. */
  readonly projectId: string;
  /** '' unless scope is user. */
  readonly userId: string;
  /** Only the server's credential may bring another address than the provider's own. */
  readonly baseUrl: string | undefined;
}

/** A stored credential without its secret. */
export interface CredentialInfo {
  readonly id: string;
  readonly provider: string;
  readonly scope: CredentialRow['scope'];
  readonly projectId: string;
  readonly userId: string;
  readonly origin: string;
  readonly baseUrl: string | null;
  readonly last4: string;
  readonly createdAt: number;
  /** False when it cannot be decrypted, or its provider moved to another origin: it is kept and never used. */
  readonly usable: boolean;
}

interface Entry {
  readonly row: CredentialRow;
  /** Undefined when the row cannot be decrypted. */
  readonly credential: Credential | undefined;
}

/**
 * Provider credentials, encrypted at rest and bound to the origin they were saved for. The server's credential may carry
 * the provider's address with it, so key and host are only ever chosen together.
 */
export class CredentialStore implements CredentialSource {
  readonly #options: CredentialStoreOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #listeners: (() => void)[] = [];

  private constructor(options: CredentialStoreOptions) {
    this.#options = options;
  }

  static async open(options: CredentialStoreOptions): Promise<CredentialStore> {
    const store = new CredentialStore(options);
    for (const row of await options.storage.credentials.all()) store.#remember(row);
    return store;
  }

  /** Reads all credentials again, because another process may have changed some. */
  async refresh(): Promise<void> {
    const rows = await this.#options.storage.credentials.all();
    this.#changed(() => {
      this.#entries.clear();
      for (const row of rows) this.#remember(row);
    });
  }

  /** Called after every change, so that what was built from addresses can be built anew. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  pool(provider: Provider, owner: { projectId: string; userId: string | undefined }): readonly Credential[] {
    // Configured credentials belong to the configured address; another one never gets them.
    const configured = provider.trusted ? provider.credentials : [];
    if (this.#entries.size === 0) return configured;
    const origin = originOf(provider.baseUrl) ?? NO_ORIGIN;
    const find = (of: { scope: CredentialRow['scope']; projectId: string; userId: string }) => {
      const entry = this.#entries.get(ownerKey({ provider: provider.name, ...of }));
      return entry?.row.origin === origin ? entry?.credential : undefined;
    };
    const { projectId, userId } = owner;
    const nearest =
      (userId === undefined ? undefined : find({ scope: 'user', projectId, userId })) ??
      find({ scope: 'project', projectId, userId: '' });
    if (nearest !== undefined) return [nearest];
    const stored = find(SERVER);
    return stored === undefined ? configured : [stored];
  }

  /** The address an admin gave the provider at run time; undefined when it has the configured one. */
  baseUrlOf(provider: string): string | undefined {
    const entry = this.#entries.get(ownerKey({ provider, ...SERVER }));
    if (entry?.credential === undefined || this.#isFixed(provider)) return undefined;
    return entry.row.base_url ?? undefined;
  }

  /** The provider at its run-time address; at another origin untrusted, and without the credentials of the configured one. */
  addressed(provider: Provider): Provider {
    const baseUrl = this.baseUrlOf(provider.name);
    if (baseUrl === undefined) return provider;
    const isSamePlace = originOf(baseUrl) === originOf(provider.baseUrl);
    if (isSamePlace) return { ...provider, baseUrl };
    // What else the operator said of the configured place, headers and TLS identity, may be secret too.
    const { network: _network, ...rest } = provider;
    return { ...rest, baseUrl, headers: {}, trusted: false, credentials: [] };
  }

  /** Stores a credential in the place of the one its owner had. */
  async put(of: NewCredential): Promise<CredentialInfo> {
    const secret = of.secret.trim();
    if (secret === '') throw invalidRequest('secret', 'must not be empty.');
    const address = await this.#addressFor(of);
    const { masterKey, clock, storage } = this.#options;
    const draft = {
      id: `cred_${uuidV7(clock.now()).replaceAll('-', '')}`,
      provider: of.provider,
      scope: of.scope,
      project_id: of.projectId,
      user_id: of.userId,
      ...address,
      master_key_id: masterKey.id,
      last4: lastFour(secret),
      created_at: clock.now(),
    };
    const row = { ...draft, sealed: sealCredential(draft, secret, masterKey) };
    await storage.credentials.put(row);
    return this.#info(this.#changed(() => this.#remember(row)));
  }

  /** What `configure` does: the server's credential, with the provider's address when one is given. */
  async setServerCredential(of: {
    provider: string;
    apiKey: string;
    baseURL: string | undefined;
  }): Promise<CredentialInfo> {
    if (this.#options.addresses.configured(of.provider) === undefined) throw new WeirError('resource.not_found');
    return this.put({ provider: of.provider, secret: of.apiKey, baseUrl: of.baseURL, ...SERVER });
  }

  /** All credentials, or those of one project; never the server's for a project. Newest first. */
  list(projectId: string | undefined): CredentialInfo[] {
    return [...this.#entries.values()]
      .filter(({ row }) => projectId === undefined || (row.scope !== 'server' && row.project_id === projectId))
      .sort((a, b) => b.row.created_at - a.row.created_at || (a.row.id < b.row.id ? 1 : -1))
      .map((entry) => this.#info(entry));
  }

  /** Gives what was deleted; undefined when there is none with this id, or it is not of this project. */
  async delete(id: string, projectId: string | undefined): Promise<CredentialInfo | undefined> {
    const info = this.list(projectId).find((candidate) => candidate.id === id);
    if (info === undefined) return undefined;
    await this.#options.storage.credentials.delete(id);
    this.#changed(() => this.#entries.delete(ownerKey(info)));
    return info;
  }

  /** The origin a new secret is bound to. An address without its own key does not exist here. */
  async #addressFor(of: NewCredential): Promise<{ origin: string; base_url: string | null }> {
    const current = this.#currentAddress(of.provider);
    if (of.baseUrl === undefined)
      return { origin: current.origin, base_url: of.scope === 'server' ? current.own : null };
    const url = parseBaseUrl(of.baseUrl, 'base_url');
    if (of.scope === 'server') {
      if (this.#isFixed(of.provider)) {
        throw new WeirError('conflict', {
          param: 'base_url',
          message: `base_url: the address of ${of.provider} comes from the configuration, which wins. Change it there.`,
        });
      }
      if (!this.#isConfigured(of.provider, url)) await this.#options.addresses.check(url);
      return { origin: url.origin, base_url: of.baseUrl };
    }
    if (url.origin !== current.origin) {
      throw invalidRequest(
        'base_url',
        `calls to ${of.provider} go to ${current.origin}; only an admin can change that, with scope "server".`,
      );
    }
    return { origin: url.origin, base_url: null };
  }

  #currentAddress(provider: string): { origin: string; own: string | null } {
    const configured = this.#options.addresses.configured(provider);
    if (configured === undefined) throw invalidRequest('provider', `there is no provider "${provider.slice(0, 64)}".`);
    const own = this.baseUrlOf(provider);
    const origin = originOf(own ?? configured.baseUrl);
    return { origin: origin ?? NO_ORIGIN, own: own ?? null };
  }

  /** The operator named that place, so nothing about it is new. */
  #isConfigured(provider: string, url: URL): boolean {
    return originOf(this.#options.addresses.configured(provider)?.baseUrl) === url.origin;
  }

  #isFixed(provider: string): boolean {
    return this.#options.addresses.configured(provider)?.fixed === true;
  }

  #remember(row: CredentialRow): Entry {
    const secret = openCredential(row, this.#options.masterKey);
    const credential =
      secret === undefined
        ? undefined
        : new GuardedCredential({ id: row.id, secret, weight: 1, requestsPerMinute: undefined, scope: row.scope });
    const entry = { row, credential };
    this.#entries.set(ownerKey({ ...row, projectId: row.project_id, userId: row.user_id }), entry);
    return entry;
  }

  #changed<T>(change: () => T): T {
    const result = change();
    for (const listener of this.#listeners) listener();
    return result;
  }

  #info({ row, credential }: Entry): CredentialInfo {
    const configured = this.#options.addresses.configured(row.provider);
    const address = this.baseUrlOf(row.provider) ?? configured?.baseUrl;
    return {
      id: row.id,
      provider: row.provider,
      scope: row.scope,
      projectId: row.project_id,
      userId: row.user_id,
      origin: row.origin,
      baseUrl: row.base_url,
      last4: row.last4,
      createdAt: row.created_at,
      usable: credential !== undefined && configured !== undefined && (originOf(address) ?? NO_ORIGIN) === row.origin,
    };
  }
}

const SERVER = { scope: 'server', projectId: '', userId: '' } as const;
/** Of a provider whose address follows from other settings. */
const NO_ORIGIN = '';

function ownerKey(of: { provider: string; scope: string; projectId: string; userId: string }): string {
  return JSON.stringify([of.provider, of.scope, of.projectId, of.userId]);
}
