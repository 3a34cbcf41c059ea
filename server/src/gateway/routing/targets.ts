import { WeirError } from '../../kernel/errors.ts';
import { asNumber } from '../../kernel/json.ts';
import type { Provider } from '../../ports/provider.ts';

/** A model name that resolves to targets, from configuration or `/api/v1/routes`. */
export interface Route {
  readonly name: string;
  readonly strategy: 'fallback' | 'weighted' | 'least-latency' | 'least-cost';
  readonly targets: readonly RouteTarget[];
  /** Whole-call limit for this route; absent means the API's own. */
  readonly timeoutMs: number | undefined;
  /** Calls of one session go to the same target while it works. */
  readonly sticky: boolean;
  /** Do its calls use the cache when neither they nor their key say? Absent: the configuration decides. */
  readonly cache?: boolean | undefined;
  readonly source: 'file' | 'api';
}

export interface RouteTarget {
  /** `provider/model`, or a bare model name. */
  readonly model: string;
  readonly weight: number;
  readonly timeoutMs: number | undefined;
}

/** A provider and model, before a credential is chosen. */
export interface Candidate {
  readonly provider: Provider;
  readonly model: string;
  readonly timeoutMs: number | undefined;
}

export interface Resolution {
  readonly candidates: readonly Candidate[];
  readonly route: Route | undefined;
}

export interface Ranking {
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly latencyMs: (provider: string, model: string) => number | undefined;
  /** Price of one input plus one output token, in nano-USD; undefined when unpriced. */
  readonly price: (provider: Provider, model: string) => number | undefined;
  /** Stable number in [0, 1) for a sticky session; undefined when there is none. */
  readonly sessionPoint: number | undefined;
}

const MAX_KNOWN = 1000;

/** All names calls may use: providers, their models and aliases, routes. Replaced whole when configuration changes. */
export class TargetBook {
  readonly #providers: ReadonlyMap<string, Provider>;
  readonly #routes: ReadonlyMap<string, Route>;
  readonly #bareNames: ReadonlyMap<string, { provider: Provider; model: string }>;
  /** Of names that were asked for; clients choose those, so their number needs a bound. */
  readonly #candidates = new Map<string, Candidate>();

  constructor(
    providers: readonly Provider[],
    routes: readonly Route[],
    /** Providers that can be called come first where several know a bare model name. */
    isReady: (provider: Provider) => boolean = (provider) => provider.credentials.length > 0,
  ) {
    this.#providers = new Map(providers.map((provider) => [provider.name, provider]));
    this.#routes = new Map(routes.map((route) => [route.name, route]));
    this.#bareNames = bareNames(providers, isReady);
  }

  get providers(): readonly Provider[] {
    return [...this.#providers.values()];
  }

  get routes(): readonly Route[] {
    return [...this.#routes.values()];
  }

  route(name: string): Route | undefined {
    return this.#routes.get(name);
  }

  provider(name: string): Provider | undefined {
    return this.#providers.get(name);
  }

  /** The provider a bare model name leads to; undefined when none does. */
  ownerOf(model: string): string | undefined {
    return this.#bareNames.get(model)?.provider.name;
  }

  /** Does a provider answer this name? Routes are not models. */
  isModel(name: string): boolean {
    return (this.#providerModel(name) ?? this.#bareNames.get(name) ?? this.#owner(name)) !== undefined;
  }

  /** Targets for a name, ranked by the route's strategy. Throws `model.unknown`. */
  resolve(name: string, ranking: Ranking): Resolution {
    const route = this.#routes.get(name);
    if (route === undefined) return { candidates: [this.#known(name)], route: undefined };
    const candidates = route.targets.map((target) => ({
      ...this.#candidate(target.model, target.timeoutMs),
      weight: target.weight,
    }));
    return { candidates: rank(route, candidates, ranking), route };
  }

  #known(name: string): Candidate {
    let candidate = this.#candidates.get(name);
    if (candidate === undefined) {
      candidate = this.#candidate(name, undefined);
      if (this.#candidates.size >= MAX_KNOWN) this.#candidates.clear();
      this.#candidates.set(name, candidate);
    }
    return candidate;
  }

  #candidate(name: string, timeoutMs: number | undefined): Candidate {
    const found = this.#providerModel(name) ?? this.#bareNames.get(name) ?? this.#owner(name);
    if (found === undefined) throw unknownModel(name, this.#providers);
    return { provider: found.provider, model: found.model, timeoutMs: timeoutMs ?? ownTimeoutMs(found.provider) };
  }

  #providerModel(name: string): { provider: Provider; model: string } | undefined {
    const slash = name.indexOf('/');
    if (slash <= 0) return undefined;
    const provider = this.#providers.get(name.slice(0, slash));
    if (provider === undefined) return undefined;
    const model = name.slice(slash + 1);
    return { provider, model: aliasOf(provider, model) ?? model };
  }

  #owner(name: string): { provider: Provider; model: string } | undefined {
    for (const provider of this.#providers.values()) {
      if (provider.definition.ownsModel?.(name) === true) return { provider, model: name };
    }
    return undefined;
  }
}

/** The provider's own limit of an attempt, from configuration. */
function ownTimeoutMs(provider: Provider): number | undefined {
  return asNumber(provider.settings.timeout_ms);
}

function bareNames(
  providers: readonly Provider[],
  isReady: (provider: Provider) => boolean,
): Map<string, { provider: Provider; model: string }> {
  const names = new Map<string, { provider: Provider; model: string }>();
  const add = (name: string, provider: Provider, model: string) => {
    if (!names.has(name)) names.set(name, { provider, model });
  };
  const ready = [...providers].sort((a, b) => Number(isReady(b)) - Number(isReady(a)));
  for (const provider of ready) for (const model of provider.models) add(model, provider, model);
  for (const provider of ready) {
    for (const model of provider.definition.models) {
      add(model.id, provider, model.id);
      for (const alias of model.aliases ?? []) add(alias, provider, model.id);
    }
  }
  return names;
}

function aliasOf(provider: Provider, name: string): string | undefined {
  return provider.definition.models.find((model) => model.aliases?.includes(name) === true)?.id;
}

function rank(route: Route, candidates: (Candidate & { weight: number })[], ranking: Ranking): Candidate[] {
  switch (route.strategy) {
    case 'fallback':
      return candidates;
    case 'weighted':
      return byWeight(candidates, route.sticky ? (ranking.sessionPoint ?? ranking.random()) : ranking.random());
    case 'least-latency':
      return sortBy(candidates, (c) => ranking.latencyMs(c.provider.name, c.model) ?? 0);
    case 'least-cost':
      return sortBy(candidates, (c) => ranking.price(c.provider, c.model) ?? Number.MAX_SAFE_INTEGER);
  }
}

/** The drawn one first, the others after it in order of weight: they are its fallbacks. */
function byWeight<T extends { weight: number }>(candidates: readonly T[], point: number): T[] {
  const total = candidates.reduce((sum, candidate) => sum + candidate.weight, 0);
  let left = point * total;
  const drawn = candidates.find((candidate) => {
    left -= candidate.weight;
    return left < 0;
  });
  const rest = candidates.filter((candidate) => candidate !== drawn).sort((a, b) => b.weight - a.weight);
  return drawn === undefined ? rest : [drawn, ...rest];
}

function sortBy<T>(items: readonly T[], key: (item: T) => number): T[] {
  return [...items].sort((a, b) => key(a) - key(b));
}

function unknownModel(name: string, providers: ReadonlyMap<string, Provider>): WeirError {
  const known = [...providers.keys()].join(', ');
  return new WeirError('model.unknown', {
    param: 'model',
    message: `model: no provider or route answers "${name.slice(0, 200)}". Use "provider/model" with one of: ${known}, a model of GET /v1/models, or a route.`,
  });
}
