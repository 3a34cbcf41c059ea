import { COUNTED_LIMITS, type CountedLimit } from '../../kernel/limits.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../kernel/time.ts';
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
import type { RedisLink, Reply } from './link.ts';
import { EPOCH_KEY, type Membership } from './membership.ts';
import type { OwnLimits, OwnUse } from './own-limits.ts';
import { ADD_LIMITS, READ_LIMITS, RENEW_LIMITS, RESERVE_LIMITS, SETTLE_LIMITS } from './scripts/limits.ts';
import { Vouching } from './vouching.ts';

const LEASE_MS = 10_000;

/** When Redis counted a call, by its own clock, and in which data. */
interface CountedAt {
  readonly epoch: string;
  readonly second: number;
  readonly day: number;
}

/** What Redis counts of a call and should not: told when it answers again. */
interface Correction {
  readonly scopes: readonly LimitScope[];
  readonly at: CountedAt;
  readonly requests: number;
  readonly tokens: number;
}

/** What Redis, with the data of an epoch, has still to be told of this replica's own count. */
interface Untold {
  readonly epoch: string;
  readonly uses: (OwnUse & { readonly takenMono: number })[];
}

/** Granted by Redis, which is told when the call ends; `own` counts the same in this process. */
interface RedisGrant extends LimitGrant {
  readonly own: LimitGrant;
  /** Undefined: this replica granted it on its own. */
  readonly shared: CountedAt | undefined;
}

/** Limits that all replicas share: one script call to reserve, one to settle. Without Redis this replica's part holds. */
export class RedisLimitCounters implements LimitCounters {
  readonly #link: RedisLink;
  readonly #membership: () => Membership;
  readonly #own: OwnLimits;
  readonly #replica: string;
  readonly #clock: Clock;
  /** Running calls per counter with such a limit. */
  readonly #running = new Map<string, number>();
  readonly #corrections: Correction[] = [];
  #untold: Untold = { epoch: '', uses: [] };
  readonly #vouching = new Vouching();

  constructor(of: {
    link: RedisLink;
    membership: () => Membership;
    own: OwnLimits;
    replica: string;
    clock: Clock;
  }) {
    this.#link = of.link;
    this.#membership = of.membership;
    this.#own = of.own;
    this.#replica = of.replica;
    this.#clock = of.clock;
    this.#link.define('reserveLimits', RESERVE_LIMITS);
    this.#link.define('settleLimits', SETTLE_LIMITS);
    this.#link.define('readLimits', READ_LIMITS);
    this.#link.define('addLimits', ADD_LIMITS);
    this.#link.define('renewLimits', RENEW_LIMITS);
  }

  reserve(scopes: readonly LimitScope[], tokens: CallTokens): LimitVerdict | Promise<LimitVerdict> {
    const membership = this.#membership();
    const { epoch } = membership;
    if (epoch === '' || !membership.isReady) return this.#reserveOwn(scopes, tokens);
    return this.#vouching.ask(() => this.#reserveShared(scopes, tokens));
  }

  settle(grant: LimitGrant, tokens: number): void {
    const { own, shared, scopes } = grant as RedisGrant;
    this.#own.settle(own, tokens);
    this.#count(scopes, -1);
    const { epoch } = this.#membership();
    const more = tokens - grant.tokens;
    if (epoch === '') {
      if (shared !== undefined) this.#corrections.push({ scopes, at: shared, requests: 0, tokens: more });
      return;
    }
    const at = shared?.epoch === epoch ? shared : { epoch, second: 0, day: Math.floor(this.#clock.now() / DAY_MS) };
    // What is lost here leaves the estimate standing until its window passes; the count of running calls is renewed.
    this.#correct({ scopes, at, requests: 0, tokens: more }, { ended: true }).catch(() => undefined);
  }

  async read(scopes: readonly LimitScope[]): Promise<readonly LimitUse[]> {
    const { epoch } = this.#membership();
    if (epoch === '') return this.#own.read(scopes);
    try {
      const reply = await this.#sendIn(epoch, 'readLimits', keysOf(scopes, epoch), []);
      return scopes.flatMap((scope, index) => usesOf(scope, reply, index));
    } catch {
      return this.#own.read(scopes);
    }
  }

  /** Tells Redis what this replica granted: all of it when Redis is new, else what it granted on its own. */
  async tell(epoch: string, isNew: boolean): Promise<void> {
    for (let first = this.#corrections[0]; first !== undefined; first = this.#corrections[0]) {
      // Data that was lost is told anew, and what this replica counts itself is right.
      if (first.at.epoch === epoch) await this.#correct(first, { ended: false });
      this.#corrections.shift();
    }
    await this.#tellOwn(epoch, isNew);
    await this.renew(epoch);
  }

  renew(epoch: string): Promise<void> {
    return this.#vouching.vouch(async () => {
      const held = [...this.#running];
      if (held.length === 0) return;
      const keys = held.map(([name]) => keyOf('now', name, epoch));
      await this.#sendIn(epoch, 'renewLimits', keys, [this.#replica, LEASE_MS, ...held.map(([, count]) => count)]);
      for (const [name] of held) if (this.#running.get(name) === 0) this.#running.delete(name);
    });
  }

  /** What an attempt that failed has told already is not told again. */
  async #tellOwn(epoch: string, isNew: boolean): Promise<void> {
    const isBegun = this.#untold.epoch === epoch;
    if (!isBegun && isNew) this.#untold = { epoch, uses: [] };
    const takenMono = this.#clock.monotonic();
    const uses = this.#own.untold(isNew && !isBegun).map((use) => ({ ...use, takenMono }));
    this.#untold.uses.push(...uses);
    for (let use = this.#untold.uses[0]; use !== undefined; use = this.#untold.uses[0]) {
      const sinceS = Math.floor((this.#clock.monotonic() - use.takenMono) / SECOND_MS);
      const seconds = use.minutes.flatMap((entry) => [entry.ageS + sinceS, entry.requests, entry.tokens]);
      await this.#sendIn(epoch, 'addLimits', keysOfName(use.name, epoch), [
        use.day,
        use.requests,
        use.tokens,
        ...seconds,
      ]);
      this.#untold.uses.shift();
    }
  }

  #reserveOwn(scopes: readonly LimitScope[], tokens: CallTokens): LimitVerdict {
    const verdict = this.#own.reserve(scopes, tokens);
    if (!verdict.granted) return verdict;
    this.#count(scopes, 1);
    const grant: RedisGrant = { ...verdict, own: verdict, shared: undefined };
    return grant;
  }

  async #reserveShared(scopes: readonly LimitScope[], tokens: CallTokens): Promise<LimitVerdict> {
    const { epoch } = this.#membership();
    const args = scopes.flatMap(({ limits, shadow }) => [
      ...COUNTED_ORDER.map((name) => limits[name] ?? -1),
      flag(shadow),
    ]);
    let reply: Reply;
    try {
      const asked = [this.#replica, LEASE_MS, tokens.asked, tokens.charged, ...args];
      reply = await this.#sendIn(epoch, 'reserveLimits', keysOf(scopes, epoch), asked, (late) =>
        this.#takeBack(scopes, tokens, { reply: late, epoch }),
      );
    } catch {
      // Down or slow: this replica decides on its part, whatever the answer would have been; what runs is told later.
      this.#count(scopes, 0);
      return this.#reserveOwn(scopes, tokens);
    }
    if (reply[0] === 0) return refusalFrom(scopes, reply, 1);
    this.#count(scopes, 1);
    const shadowed = Number(reply[3]) > 0 ? refusalFrom(scopes, reply, 3) : undefined;
    const own = this.#own.charge(scopes, tokens.charged);
    const [requests, tokensLeft] = readingsFrom(scopes, reply);
    const shared = { epoch, second: Number(reply[1]), day: Number(reply[2]) };
    const grant: RedisGrant = {
      granted: true,
      scopes,
      tokens: tokens.charged,
      requests,
      tokensLeft,
      shadowed,
      own,
      shared,
    };
    return grant;
  }

  /** Redis granted what this replica had decided on its own meanwhile: it must not count twice. */
  #takeBack(scopes: readonly LimitScope[], tokens: CallTokens, of: { reply: Reply; epoch: string }): void {
    const { reply, epoch } = of;
    if (reply[0] !== 1) return;
    const at = { epoch, second: Number(reply[1]), day: Number(reply[2]) };
    this.#corrections.push({ scopes, at, requests: -1, tokens: -tokens.charged });
  }

  /** `ended`: the call ran, and does no more. */
  async #correct({ scopes, at, requests, tokens }: Correction, { ended }: { ended: boolean }): Promise<void> {
    const flags = scopes.flatMap(({ limits }) => [
      flag(limits.requests_per_minute !== undefined || limits.tokens_per_minute !== undefined),
      flag(limits.requests_per_day !== undefined || limits.tokens_per_day !== undefined),
      flag(ended && limits.concurrency !== undefined),
    ]);
    const args = [this.#replica, requests, tokens, at.second, at.day, ...flags];
    await this.#sendIn(at.epoch, 'settleLimits', keysOf(scopes, at.epoch), args);
  }

  #count(scopes: readonly LimitScope[], by: number): void {
    for (const { name, limits } of scopes) {
      if (limits.concurrency === undefined) continue;
      this.#running.set(name, Math.max(0, (this.#running.get(name) ?? 0) + by));
    }
  }

  async #sendIn(
    epoch: string,
    ...[name, keys, args, late]: [string, readonly string[], readonly (string | number)[], ((reply: Reply) => void)?]
  ): Promise<Reply> {
    const reply = await this.#link.run(name, [EPOCH_KEY, ...keys], [this.#link.offset(), epoch, ...args], late);
    if (reply[0] !== 3) return reply;
    this.#membership().hurry();
    throw new Error('Redis has lost its data');
  }
}

/** The order in which scripts know them. */
const COUNTED_ORDER: readonly CountedLimit[] = [
  'requests_per_minute',
  'requests_per_day',
  'tokens_per_minute',
  'tokens_per_day',
  'concurrency',
];

function flag(value: boolean): string {
  return value ? '1' : '0';
}

function keysOf(scopes: readonly LimitScope[], epoch: string): string[] {
  return scopes.flatMap(({ name }) => keysOfName(name, epoch));
}

function keysOfName(name: string, epoch: string): string[] {
  return [keyOf('minute', name, epoch), keyOf('day', name, epoch), keyOf('now', name, epoch)];
}

/** `default:rate_limit:minute:EPOCH:user:alice`: the project first, which has no colon in its name. */
function keyOf(window: string, name: string, epoch: string): string {
  const colon = name.indexOf(':');
  return `${name.slice(0, colon)}:rate_limit:${window}:${epoch}:${name.slice(colon + 1)}`;
}

function refusalFrom(scopes: readonly LimitScope[], reply: Reply, at: number): LimitRefusal {
  const [index, name, limit, used, wait] = [0, 1, 2, 3, 4].map((offset) => Number(reply[at + offset]));
  return {
    granted: false,
    scope: scopes[(index ?? 1) - 1] as LimitScope,
    name: COUNTED_ORDER[(name ?? 1) - 1] as CountedLimit,
    limit: limit ?? 0,
    used: used ?? 0,
    retryAfterMs: wait ?? 0,
  };
}

const FIRST_USE = 9;

function readingsFrom(
  scopes: readonly LimitScope[],
  reply: Reply,
): [LimitReading | undefined, LimitReading | undefined] {
  const nearest: [LimitReading | undefined, LimitReading | undefined] = [undefined, undefined];
  const nowMs = Number(reply[8]);
  scopes.forEach(({ limits }, index) => {
    for (let at = 0; at < 4; at++) {
      const name = COUNTED_ORDER[at] as CountedLimit;
      const limit = limits[name];
      if (limit === undefined) continue;
      const used = Number(reply[FIRST_USE + index * 4 + at]);
      const reading = { limit, remaining: Math.max(0, limit - used), resetMs: resetOf(name, nowMs) };
      const slot = at < 2 ? 0 : 1;
      const before = nearest[slot];
      if (before === undefined || reading.remaining / limit < before.remaining / before.limit) nearest[slot] = reading;
    }
  });
  return nearest;
}

function resetOf(name: CountedLimit, nowMs: number): number {
  if (name === 'concurrency') return 0;
  return name.endsWith('minute') ? MINUTE_MS + 1000 - (nowMs % 1000) : DAY_MS - (nowMs % DAY_MS);
}

function usesOf(scope: LimitScope, reply: Reply, index: number): LimitUse[] {
  const nowMs = Number(reply[1]);
  return COUNTED_LIMITS.flatMap((name): LimitUse[] => {
    const limit = scope.limits[name];
    if (limit === undefined) return [];
    const used = Number(reply[2 + index * 6 + COUNTED_ORDER.indexOf(name)]);
    const isFree = name.endsWith('minute') && used === 0;
    const resetMs = isFree ? 0 : resetOf(name, nowMs);
    return [{ scope, name, limit, used, remaining: Math.max(0, limit - used), resetMs }];
  });
}
