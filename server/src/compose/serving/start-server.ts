import { mkdirSync } from 'node:fs';
import type { Environment, LoadedConfig } from '../../config/load-config.ts';
import { randomHex } from '../../kernel/ids.ts';
import { createLogger, type Logger, stderrDestination } from '../../telemetry/logger.ts';
import type { App } from '../app.ts';
import { openDatabases } from '../databases/open-databases.ts';
import { systemClock } from '../system-clock.ts';

export interface StartedServer {
  readonly app: App;
  readonly log: Logger;
  /** Writes what was logged so far; lines are written in the background otherwise. */
  flushLog(): void;
}

/** The composed server, with one log line per provider; it does not listen yet. */
export async function startServer(of: {
  loaded: LoadedConfig;
  environment: Environment;
  dataDir: string;
}): Promise<StartedServer> {
  // A new one is its owner's alone; one that is there stays as it is.
  mkdirSync(of.dataDir, { recursive: true, mode: 0o700 });
  const destination = stderrDestination();
  const level = of.loaded.config.telemetry.log_level;
  const log = createLogger({ level, destination });
  // Databases open on threads of their own, so they do that while this one loads the rest.
  const databases = openDatabases({
    config: of.loaded.config,
    dataDir: of.dataDir,
    clock: systemClock,
    processEpoch: randomHex(6),
  });
  const [{ composeApp }, { configuredProviders, providerStatus }] = await Promise.all([
    import('../app.ts'),
    import('../providers/providers.ts'),
    // Whoever awaits them below tells what went wrong.
    databases.catch(() => undefined),
  ]);
  const app = await composeApp({
    ...of,
    databases: await databases,
    log: { logger: log, destination, level },
    workers: of.loaded.config.server.workers,
  });
  for (const provider of configuredProviders(of.loaded.config, of.environment)) {
    const status = providerStatus(provider);
    const line = { event: 'provider_status', provider: provider.name, type: provider.definition.type, status };
    const message = `provider ${provider.name}: ${status}`;
    if (status === 'malformed key') log.warn(line, message);
    else log.info(line, message);
  }
  return { app, log, flushLog: () => destination.flushSync() };
}
