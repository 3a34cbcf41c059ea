import { mkdirSync } from 'node:fs';
import type { Environment, LoadedConfig } from '../../config/load-config.ts';
import { createLogger, type Logger, stderrDestination } from '../../telemetry/logger.ts';
import { type App, composeApp } from '../app.ts';
import { configuredProviders, providerStatus } from '../providers/providers.ts';

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
  const app = await composeApp({
    ...of,
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
