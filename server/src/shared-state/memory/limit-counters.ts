import { COUNTED_LIMITS, type CountedLimit, type Limits } from '../../kernel/limits.ts';
import type { Clock } from '../../ports/clock.ts';
import type {
  CallTokens,
  LimitCounters,
  LimitGrant,
  LimitReading,
  LimitRefusal,
  LimitScope,
  LimitUse,
  LimitVerdict,
} from '../../ports/shared-state.ts';
import { type Instant, instantAt, ScopeWindows } from './scope-windows.ts';

/** Clients choose user labels, so the number of their counters needs a bound. */
const MAX_COUNTERS = 200_000;
const SWEPT_AT_ONCE = 1000;

/** A grant that remembers where it was charged. */
class MemoryGrant implements LimitGrant {
  readonly granted = true;
  readonly scopes: readonly LimitScope[];
  readonly tokens: number;
  requests: LimitReading | undefined = undefined;
  tokensLeft: LimitReading | undefined = undefined;
  shadowed: LimitRefusal | undefined = undefined;
  readonly windows: readonly ScopeWindows[];
  readonly at: Instant;

  constructor(of: {
    scopes: readonly LimitScope[];
    tokens: number;
    windows: readonly ScopeWindows[];
    at: Instant;
  }) {
    this.scopes = of.scopes;
    this.tokens = of.tokens;
    this.windows = of.windows;
    this.at = of.at;
  }
}

export interface MemoryLimitOptions {
  readonly clock: Clock;
  /** Part of every limit that this process may give away; absent: all of it. */
  readonly share?: () => number;
  /** Told when a counter with a limit per day is first used: calls of an earlier process may belong to it. */
  readonly onNewDay?: (scope: LimitScope) => void;
  /** Default 200,000. */
  readonly maxCounters?: number;
}

/** Limits of one process. Nothing here waits: check and charge are one turn of the event loop, so nobody comes between. */
export class MemoryLimitCounters implements LimitCounters {
  readonly #clock: Clock;
  readonly #share: () => number;
  readonly #onNewDay: ((scope: LimitScope) => void) | undefined;
  readonly #maxCounters: number;
  /** Of keys, projects and models: operators make those, and no label of a client may push them out. */
  readonly #own = new Map<string, ScopeWindows>();
  /** Of users, by project. */
  readonly #labelled = new Map<string, Map<string, ScopeWindows>>();
  #labels = 0;

  constructor(options: MemoryLimitOptions) {
    this.#clock = options.clock;
    this.#share = options.share ?? WHOLE;
    this.#onNewDay = options.onNewDay;
    this.#maxCounters = options.maxCounters ?? MAX_COUNTERS;
  }

  reserve(scopes: readonly LimitScope[], tokens: CallTokens): LimitVerdict {
    const at = this.#now();
    const windows: ScopeWindows[] = new Array(scopes.length);
    const share = this.#share();
    let shadowed: LimitRefusal | undefined;
    for (let index = 0; index < scopes.length; index++) {
      const scope = scopes[index] as LimitScope;
      const own = this.#of(scope, at);
      windows[index] = own;
      const refusal = refusalOf(scope, own, { tokens: tokens.asked, at, share });
      if (refusal === undefined) continue;
      if (!scope.shadow) return refusal;
      shadowed = refusal;
    }
    const grant = new MemoryGrant({ scopes, tokens: tokens.charged, windows, at });
    grant.shadowed = shadowed;
    this.#charge(grant);
    return grant;
  }

  settle(grant: LimitGrant, tokens: number): void {
    const { windows, at } = grant as MemoryGrant;
    for (const own of windows) own.correct(tokens - grant.tokens, at);
  }

  read(scopes: readonly LimitScope[]): readonly LimitUse[] {
    const at = this.#now();
    return scopes.flatMap((scope) => {
      const own = this.#mapOf(scope).get(scope.name) ?? new ScopeWindows(at);
      return COUNTED_LIMITS.flatMap((name): LimitUse[] => {
        const limit = scope.limits[name];
        if (limit === undefined) return [];
        return [{ scope, name, used: own.used(name, at), ...own.reading(name, limit, at) }];
      });
    });
  }

  /** Counts what others granted, without asking. */
  charge(scopes: readonly LimitScope[], tokens: number): LimitGrant {
    const at = this.#now();
    const grant = new MemoryGrant({ scopes, tokens, windows: scopes.map((scope) => this.#of(scope, at)), at });
    this.#charge(grant);
    return grant;
  }

  /** Adds what an earlier process counted on the present day. */
  addToDay(scope: LimitScope, of: { requests: number; tokens: number }): void {
    const at = this.#now();
    const { day } = this.#of(scope, at);
    day.advance(at.day);
    day.requests += of.requests;
    day.tokens += of.tokens;
  }

  /** Everything that is counted just now, for another keeper of counters. */
  *entries(): Generator<{ name: string; windows: ScopeWindows; at: Instant }> {
    const at = this.#now();
    for (const map of [this.#own, ...this.#labelled.values()])
      for (const [name, windows] of map) yield { name, windows, at };
  }

  clear(): void {
    this.#own.clear();
    this.#labelled.clear();
    this.#labels = 0;
  }

  #charge(grant: MemoryGrant): void {
    const { scopes, windows, tokens, at } = grant;
    for (let index = 0; index < scopes.length; index++) {
      const { limits } = scopes[index] as LimitScope;
      const own = windows[index] as ScopeWindows;
      own.charge(limits, tokens, at);
      grant.requests = nearest(grant.requests, own, { limits, names: REQUEST_LIMITS, at });
      grant.tokensLeft = nearest(grant.tokensLeft, own, { limits, names: TOKEN_LIMITS, at });
    }
  }

  #of(scope: LimitScope, at: Instant): ScopeWindows {
    const map = this.#mapOf(scope);
    const known = map.get(scope.name);
    if (known !== undefined) return known;
    if (map !== this.#own && ++this.#labels > this.#maxCounters) this.#makeRoom(at);
    const created = new ScopeWindows(at);
    map.set(scope.name, created);
    const { requests_per_day, tokens_per_day } = scope.limits;
    if (requests_per_day !== undefined || tokens_per_day !== undefined) this.#onNewDay?.(scope);
    return created;
  }

  #mapOf({ scope, projectId }: LimitScope): Map<string, ScopeWindows> {
    if (scope !== 'user' && scope !== 'tier') return this.#own;
    const known = this.#labelled.get(projectId);
    if (known !== undefined) return known;
    const created = new Map<string, ScopeWindows>();
    this.#labelled.set(projectId, created);
    return created;
  }

  /** Whoever has the most labels gives some up: those that decide nothing, or else the oldest without a running call. */
  #makeRoom(at: Instant): void {
    let largest: Map<string, ScopeWindows> = new Map();
    for (const map of this.#labelled.values()) if (map.size > largest.size) largest = map;
    let looked = 0;
    let oldest: string | undefined;
    let removed = 0;
    for (const [name, windows] of largest) {
      if (looked++ >= SWEPT_AT_ONCE) break;
      if (windows.running === 0) oldest ??= name;
      if (windows.isIdle(at) && largest.delete(name)) removed++;
    }
    if (removed === 0 && oldest !== undefined && largest.delete(oldest)) removed++;
    this.#labels -= removed;
  }

  #now(): Instant {
    return instantAt(this.#clock.monotonic(), this.#clock.now());
  }
}

const WHOLE = () => 1;
const REQUEST_LIMITS = ['requests_per_minute', 'requests_per_day'] as const;
const TOKEN_LIMITS = ['tokens_per_minute', 'tokens_per_day'] as const;

function refusalOf(
  scope: LimitScope,
  windows: ScopeWindows,
  of: { tokens: number; at: Instant; share: number },
): LimitRefusal | undefined {
  for (const name of COUNTED_LIMITS) {
    const whole = scope.limits[name];
    if (whole === undefined) continue;
    const limit = of.share === 1 ? whole : Math.max(1, Math.floor(whole * of.share));
    const amount = name.startsWith('tokens') ? of.tokens : 1;
    const used = windows.used(name, of.at);
    if (used + amount <= limit) continue;
    return { granted: false, scope, name, limit, used, retryAfterMs: windows.waitMs(name, limit - amount, of.at) };
  }
  return undefined;
}

/** The reading with the smaller part left. */
function nearest(
  before: LimitReading | undefined,
  windows: ScopeWindows,
  of: { limits: Limits; names: readonly CountedLimit[]; at: Instant },
): LimitReading | undefined {
  let found = before;
  for (const name of of.names) {
    const limit = of.limits[name];
    if (limit === undefined) continue;
    const reading = windows.reading(name, limit, of.at);
    if (found === undefined || reading.remaining / limit < found.remaining / found.limit) found = reading;
  }
  return found;
}
