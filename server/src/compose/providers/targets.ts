import type { Environment, LoadedConfig } from '../../config/load-config.ts';
import { addressPolicy, resolvesToPermitted } from '../../egress/address-policy.ts';
import { CredentialStore } from '../../features/credentials/credential-store.ts';
import { RouteStore } from '../../features/routing/route-store.ts';
import { type Candidate, TargetBook } from '../../gateway/routing/targets.ts';
import { WeirError } from '../../kernel/errors.ts';
import type { Provider } from '../../ports/provider.ts';
import type { Stores } from '../stores.ts';
import { systemClock } from '../system-clock.ts';
import { configuredProviders } from './providers.ts';
import { configuredRoutes } from './routes.ts';

/** Counting needs one target of a route, not the best. */
const FIRST = { random: () => 0, latencyMs: () => undefined, price: () => undefined, sessionPoint: undefined } as const;

/** Providers, credentials and routes as they stand: built anew when the file, a credential or a route changes. */
export class Targets {
  readonly credentials: CredentialStore;
  readonly routes: RouteStore;
  readonly #environment: Environment;
  #loaded: LoadedConfig;
  #configured: readonly Provider[];
  #book: TargetBook;

  private constructor(of: {
    loaded: LoadedConfig;
    environment: Environment;
    credentials: CredentialStore;
    routes: RouteStore;
    configured: readonly Provider[];
  }) {
    this.credentials = of.credentials;
    this.routes = of.routes;
    this.#environment = of.environment;
    this.#loaded = of.loaded;
    this.#configured = of.configured;
    this.#book = this.#build();
    this.credentials.onChange(() => this.#rebuild());
    this.routes.onChange(() => this.#rebuild());
  }

  static async open(of: { loaded: LoadedConfig; environment: Environment; stores: Stores }): Promise<Targets> {
    const { loaded, environment, stores } = of;
    let targets: Targets | undefined;
    const configured = configuredProviders(loaded.config, environment);
    const permits = addressPolicy(loaded.config.egress.allow);
    const credentials = await CredentialStore.open({
      storage: stores.storage,
      masterKey: stores.masterKey,
      clock: systemClock,
      addresses: {
        configured: (name) => (targets === undefined ? addressOf(configured, name, loaded) : targets.#addressOf(name)),
        async check(url) {
          if (await resolvesToPermitted(url.hostname, permits)) return;
          throw new WeirError('egress.denied', {
            param: 'base_url',
            message: `base_url: ${url.hostname} is a private or reserved address; name it in egress.allow to permit it.`,
          });
        },
      },
    });
    const routes = await RouteStore.open(stores.storage, systemClock, configuredRoutes(loaded.config));
    targets = new Targets({ loaded, environment, credentials, routes, configured });
    stores.changes.on('credentials', () => credentials.refresh());
    stores.changes.on('setting:route', () => routes.refresh());
    return targets;
  }

  get book(): TargetBook {
    return this.#book;
  }

  /** The provider by name, at its present address. */
  provider(name: string): Provider | undefined {
    return this.#book.provider(name);
  }

  /** One target of a name, not the best. Throws `model.unknown`. */
  anyOf(name: string): Candidate | undefined {
    return this.#book.resolve(name, FIRST).candidates[0];
  }

  /** The same; undefined when the name leads nowhere. */
  leadsTo(name: string): Candidate | undefined {
    try {
      return this.anyOf(name);
    } catch {
      return undefined;
    }
  }

  /** Can a call reach it: is there any server credential? */
  hasCredential(provider: Provider): boolean {
    return this.credentials.pool(provider, { projectId: '', userId: undefined }).length > 0;
  }

  /** Takes another configuration; throws before anything changed when it is not usable. */
  reload(loaded: LoadedConfig): void {
    this.#configured = configuredProviders(loaded.config, this.#environment);
    this.#loaded = loaded;
    this.routes.replaceFileRoutes(configuredRoutes(loaded.config));
  }

  #rebuild(): void {
    this.#book = this.#build();
  }

  #build(): TargetBook {
    const providers = this.#configured.map((provider) => this.credentials.addressed(provider));
    return new TargetBook(providers, this.routes.list(), (provider) => this.hasCredential(provider));
  }

  #addressOf(name: string): { baseUrl: string | undefined; fixed: boolean } | undefined {
    return addressOf(this.#configured, name, this.#loaded);
  }
}

function addressOf(
  providers: readonly Provider[],
  name: string,
  loaded: LoadedConfig,
): { baseUrl: string | undefined; fixed: boolean } | undefined {
  const provider = providers.find((candidate) => candidate.name === name);
  if (provider === undefined) return undefined;
  return { baseUrl: provider.baseUrl, fixed: loaded.config.providers[name]?.base_url !== undefined };
}
