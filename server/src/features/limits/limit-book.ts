import { hasLimits, type LimitName, type Limits } from '../../kernel/limits.ts';
import type { LimitScope, LimitScopeName } from '../../ports/shared-state.ts';
import type { UserSettings } from './user-store.ts';

/** The configured limits. */
export interface LimitRules {
  readonly key: Limits;
  readonly user: Limits;
  readonly project: Limits;
  readonly model: Readonly<Record<string, Limits>>;
  readonly tiers: Readonly<Record<string, Limits>>;
  /** Of each user on one client API, by the ledger's name of it. */
  readonly apis: Readonly<Record<string, Limits>>;
  readonly shadow: boolean;
}

/** What of a call decides which limits apply. */
export interface LimitedCall {
  readonly projectId: string;
  readonly keyId: string;
  readonly keyLimits: Limits | undefined;
  readonly userId: string | undefined;
  readonly wire: string;
}

export interface LimitBookServices {
  readonly rules: LimitRules;
  readonly user: (projectId: string, userId: string) => UserSettings | undefined;
  /** Grows when any user's settings change. */
  readonly usersVersion: () => number;
  /** The names under which a model may be limited besides the one asked for: what it resolves to. */
  readonly aliases: (model: string) => readonly string[];
}

/** Clients choose user labels: what is kept of them needs a bound. */
const MAX_KEPT = 50_000;
const NONE: readonly LimitScope[] = Object.freeze([]);

/**
 * Which limits a call is under. Lists are made once per key, user and API, so the path of a call looks up one list and
 * makes nothing. Made anew when the configuration changes.
 */
export class LimitBook {
  readonly #services: LimitBookServices;
  readonly #lists = new Map<string, Map<string, { keyLimits: Limits | undefined; scopes: readonly LimitScope[] }>>();
  readonly #models = new Map<string, readonly LimitScope[]>();
  readonly #hasModels: boolean;
  #kept = 0;
  #usersVersion = 0;

  constructor(services: LimitBookServices) {
    this.#services = services;
    this.#hasModels = Object.keys(services.rules.model).length > 0;
  }

  scopesOf(call: LimitedCall, model: string | undefined): readonly LimitScope[] {
    const own = this.#ownScopes(call);
    if (!this.#hasModels || model === undefined) return own;
    const ofModel = this.#modelScopes(model);
    return ofModel.length === 0 ? own : [...own, ...ofModel];
  }

  #ownScopes(call: LimitedCall): readonly LimitScope[] {
    const version = this.#services.usersVersion();
    if (version !== this.#usersVersion || this.#kept > MAX_KEPT) {
      this.#lists.clear();
      this.#kept = 0;
      this.#usersVersion = version;
    }
    const { keyId, wire } = call;
    const group = Object.hasOwn(this.#services.rules.apis, wire) ? `${keyId} ${wire}` : keyId;
    let users = this.#lists.get(group);
    if (users === undefined) {
      users = new Map();
      this.#lists.set(group, users);
    }
    const known = users.get(call.userId ?? '');
    if (known !== undefined && known.keyLimits === call.keyLimits) return known.scopes;
    const scopes = this.#make(call);
    users.set(call.userId ?? '', { keyLimits: call.keyLimits, scopes });
    this.#kept++;
    return scopes;
  }

  #make(call: LimitedCall): readonly LimitScope[] {
    const { rules } = this.#services;
    const { projectId, keyId, userId } = call;
    const settings = userId === undefined ? undefined : this.#services.user(projectId, userId);
    const tier = settings?.tier ?? undefined;
    const ofTier = (tier === undefined ? undefined : rules.tiers[tier]) ?? {};
    const own = settings?.limits ?? {};
    const scopes: LimitScope[] = [];
    const add = (scope: LimitScopeName, id: string, of: { counter: string; limits: Limits; api?: string }) => {
      const { counter, limits, api = null } = of;
      if (!hasLimits(limits)) return;
      scopes.push({
        scope,
        id,
        projectId,
        api,
        counter,
        name: `${projectId}:${counter}`,
        limits,
        shadow: rules.shadow,
      });
    };
    add('key', keyId, { counter: `key:${keyId}`, limits: { ...rules.key, ...call.keyLimits } });
    // A call without a user counts against its key.
    const [scope, id] = userId === undefined ? (['key', keyId] as const) : (['user', userId] as const);
    const kind = userId === undefined ? 'nobody' : 'user';
    add(scope, id, { counter: `${kind}:${id}`, limits: { ...without(rules.user, ofTier), ...own } });
    if (tier !== undefined) add('tier', tier, { counter: `tier:${tier}:${id}`, limits: without(ofTier, own) });
    const ofApi = rules.apis[call.wire];
    if (ofApi !== undefined) {
      const limits = without(without(ofApi, ofTier), own);
      // The client's label comes last, so that no label looks like another counter.
      add(scope, id, { counter: `${kind}@${call.wire}:${id}`, limits, api: call.wire });
    }
    add('project', projectId, { counter: 'project', limits: rules.project });
    return scopes.length === 0 ? NONE : scopes;
  }

  #modelScopes(model: string): readonly LimitScope[] {
    const known = this.#models.get(model);
    if (known !== undefined) return known;
    const { rules, aliases } = this.#services;
    const names = [...new Set([model, ...aliases(model)])];
    const scopes = Object.entries(rules.model).flatMap(([name, limits]): LimitScope[] => {
      const meant = [name, ...aliases(name)].some((candidate) => names.includes(candidate));
      if (!meant || !hasLimits(limits)) return [];
      const counter = `model:${name}`;
      const { shadow } = rules;
      return [{ scope: 'model', id: name, projectId: '*', api: null, counter, name: `*:${counter}`, limits, shadow }];
    });
    if (this.#models.size >= MAX_KEPT) this.#models.clear();
    this.#models.set(model, scopes);
    return scopes;
  }
}

/** The limits whose names the others do not set. */
function without(limits: Limits, others: Limits): Limits {
  const kept = Object.entries(limits).filter(([name]) => others[name as LimitName] === undefined);
  return Object.fromEntries(kept) as Limits;
}
