import { cachingOn } from '../../../server/src/compose/caching/caching.ts';
import { composeGateway, type Gateway, type GatewayBounds } from '../../../server/src/compose/gateway.ts';
import { configSchema } from '../../../server/src/config/schema.ts';
import type { GuardServices } from '../../../server/src/gateway/guarding/guard-services.ts';
import { type Route, TargetBook } from '../../../server/src/gateway/routing/targets.ts';
import type { Call } from '../../../server/src/ports/call.ts';
import type { Clock } from '../../../server/src/ports/clock.ts';
import type { Provider } from '../../../server/src/ports/provider.ts';
import type { ReplyCache } from '../../../server/src/ports/reply-cache.ts';
import type { SemanticIndex } from '../../../server/src/ports/semantic-index.ts';
import { PriceBook } from '../../../server/src/pricing/price-book.ts';
import { MemoryReplyCache } from '../../../server/src/shared-state/memory/reply-cache.ts';
import { MemorySemanticIndex } from '../../../server/src/shared-state/memory/semantic-index.ts';
import { ManualClock } from '../../contracts/manual-clock.ts';
import { FakeHttp, FakeLedger, fakeProvider } from './gateway-fixture.ts';

export interface HarnessOptions {
  readonly providers?: readonly Provider[];
  /** Routes by name: their targets in order, and a limit of the whole call. */
  readonly routes?: Readonly<Record<string, { targets: readonly string[]; timeoutMs?: number }>>;
  /** Settings as the configuration file has them. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Absent: nothing is bounded. */
  readonly bounds?: GatewayBounds;
  /** Absent: a ledger in memory of its own. */
  readonly ledger?: FakeLedger;
  /** Absent: a clock that the test moves. */
  readonly time?: Clock;
  /** Absent: nothing guards. */
  readonly guards?: GuardServices;
  /** Absent: in memory. */
  readonly cacheBackends?: { readonly replies: ReplyCache; readonly index: SemanticIndex };
}

/** The gateway as it is composed, on a clock that the test moves, with an upstream that the test plays. */
export function gatewayHarness(options: HarnessOptions = {}) {
  const clock = new ManualClock();
  const http = new FakeHttp();
  const ledger = options.ledger ?? new FakeLedger();
  const config = configSchema.parse({ retry: { jitter: 'none' }, ...options.config });
  const book = new TargetBook(options.providers ?? [fakeProvider()], routesOf(options.routes ?? {}));
  const prices = new PriceBook(config.prices);
  const state = { draining: false };
  const caching = cachingOn(options.cacheBackends ?? memoryCache(clock), {
    projects: { section: () => undefined, version: () => '' },
    config: () => config,
    clock: options.time ?? clock,
    book: () => book,
    run: (call) => gateway.runner.run(call),
    report: () => {},
  });
  const gateway: Gateway = composeGateway({
    config: () => config,
    clock: options.time ?? clock,
    http,
    fetch: () => Promise.reject(new Error('no token exchange in this test')),
    ledger,
    pricing: { cost: (of) => prices.cost(of) },
    credentials: { pool: (provider) => provider.credentials },
    book: () => book,
    isDraining: () => state.draining,
    overload: () => undefined,
    conversations: { attach: async () => {}, keep: async () => {} },
    guards: options.guards ?? ({ policy: () => undefined } as unknown as GuardServices),
    cache: caching.services,
    observers: [],
    ...(options.bounds === undefined ? {} : { bounds: options.bounds }),
  });
  return { clock, http, ledger, gateway, caching, state, run: (call: Call) => gateway.runner.run(call) };
}

function routesOf(routes: NonNullable<HarnessOptions['routes']>): Route[] {
  return Object.entries(routes).map(([name, { targets, timeoutMs }]) => ({
    name,
    strategy: 'fallback',
    targets: targets.map((model) => ({ model, weight: 1, timeoutMs: undefined })),
    timeoutMs,
    sticky: false,
    source: 'file',
  }));
}

function memoryCache(clock: ManualClock) {
  return {
    replies: new MemoryReplyCache({ maxBytes: 16 * 1024 * 1024, clock }),
    index: new MemorySemanticIndex({ maxEntries: 1000, clock }),
  };
}

/** Lets everything that is ready to run, run. */
export async function turns(count = 5): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
