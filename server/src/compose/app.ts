import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Environment, LoadedConfig } from '../config/load-config.ts';
import { boundedFetch } from '../egress/bounded-fetch.ts';
import { createHttpClient } from '../egress/http-client.ts';
import { authenticate } from '../features/access/authenticate.ts';
import { newKey } from '../features/access/key-format.ts';
import { KeyStore } from '../features/access/key-store.ts';
import { ProjectStore } from '../features/access/project-store.ts';
import { createResponseStore } from '../features/responses/response-store.ts';
import { TargetBook } from '../gateway/routing/targets.ts';
import { errorEncoder } from '../http/error-body.ts';
import type { CallServices } from '../http/serve-call.ts';
import { createServer } from '../http/server.ts';
import { randomHex } from '../kernel/ids.ts';
import { PriceBook } from '../pricing/price-book.ts';
import { anthropicMessagesClient } from '../protocols/anthropic-messages/client.ts';
import { openaiChatClient } from '../protocols/openai-chat/client.ts';
import { openSqliteLedger } from '../storage/sqlite/open-ledger.ts';
import { openSqliteStorage } from '../storage/sqlite/open-storage.ts';
import { composeGateway, type Gateway } from './gateway.ts';
import { configuredProviders } from './providers.ts';
import { responsesState } from './responses-state.ts';
import { configuredRoutes } from './routes.ts';
import { systemClock } from './system-clock.ts';
import { wireRoutes } from './wire-routes.ts';

export interface AppOptions {
  readonly loaded: LoadedConfig;
  readonly environment: Environment;
  readonly dataDir: string;
}

export interface App {
  /** Listens; gives the address. */
  listen(): Promise<string>;
  /** The admin key when this start created it; shown once. */
  readonly createdAdminKey: string | undefined;
  /** Lets running calls finish, then stops everything. */
  close(): Promise<void>;
}

/** THE composition root: the only place that names concrete backends. */
export async function composeApp(options: AppOptions): Promise<App> {
  const { config } = options.loaded;
  const clock = systemClock;
  const file = join(options.dataDir, 'weir.db');
  const storage = await openSqliteStorage({ file, clock });
  const ledger = await openSqliteLedger({
    dataDir: options.dataDir,
    file,
    durability: config.usage.durability,
    clock,
    processEpoch: randomHex(6),
  });
  const projects = await ProjectStore.open(storage, clock);
  const keys = await KeyStore.open(storage, clock);
  const createdAdminKey = await ensureAdminKey(keys, options.environment);
  void projects;

  const http = createHttpClient({ connectTimeoutMs: config.timeouts.connect_ms, allow: config.egress.allow });
  const book = new TargetBook(configuredProviders(config, options.environment), configuredRoutes(config));
  const responses = createResponseStore({
    objects: storage.objects,
    seal: (_project, text) => text,
    open: (_project, sealed) => sealed,
    clock,
  });
  const drain = new Drain();
  const gateway: Gateway = composeGateway({
    config,
    clock,
    http,
    fetch: boundedFetch(http),
    ledger,
    pricing: new PriceBook(config.prices),
    credentials: { pool: (provider) => provider.credentials },
    book: () => book,
    isDraining: () => drain.started,
    conversations: responsesState(responses, () => {}),
    observers: [],
  });
  const errors = errorEncoder({ openai: openaiChatClient, anthropic: anthropicMessagesClient }, () => clock.now());
  const calls: CallServices = {
    run: (call) => gateway.runner.run(call),
    clock,
    errors,
    started: () => drain.enter(),
    ended: () => drain.leave(),
  };
  const app: FastifyInstance = createServer(wireRoutes({ config, calls, book: () => book }), {
    authenticate: (headers, route) => authenticate(headers, route, keys),
    clock,
    errors,
    maxBodyBytes: config.server.max_body_bytes,
    report: (error, id) => console.error(id, error.cause ?? error),
  });
  return {
    createdAdminKey,
    listen: () => app.listen({ host: config.server.host, port: config.server.port }),
    async close() {
      await drain.finish(config.server.drain_timeout_ms);
      await app.close();
      await http.close();
      await ledger.close();
      await storage.close();
    },
  };
}

/** The admin key from the environment, or a new one at the first start. */
async function ensureAdminKey(keys: KeyStore, environment: Environment): Promise<string | undefined> {
  const chosen = environment.WEIR_ADMIN_KEY;
  if (chosen !== undefined && chosen !== '') {
    await keys.setAdmin(chosen);
    return undefined;
  }
  if (keys.hasAdmin) return undefined;
  const created = newKey();
  await keys.setAdmin(created);
  return created;
}

/** Counts running calls so that a stop can wait for them. */
class Drain {
  started = false;
  #running = 0;
  #idle: (() => void) | undefined;

  enter(): void {
    this.#running++;
  }

  leave(): void {
    this.#running--;
    if (this.#running === 0) this.#idle?.();
  }

  async finish(timeoutMs: number): Promise<void> {
    this.started = true;
    if (this.#running === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#idle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
