import { action } from '../../cli/action.ts';
import type { CommandContext } from '../../cli/command.ts';
import { chosenAdminKey, refuseOpenHost } from '../../config/admin-key.ts';
import type { LoadedConfig } from '../../config/load-config.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { App } from '../app.ts';
import { CONFIG, configFrom, DATA_DIR, DEFAULT_DATA_DIR, type StartFlags } from '../commands/config-options.ts';
import { type ConfigReload, followConfig } from './follow-config.ts';
import { stopSignal } from './stop-signal.ts';

export const serve = action({
  summary: 'Start the server',
  options: {
    ...CONFIG,
    host: { kind: 'text', value: 'HOST', about: 'Address to listen on; default WEIR_HOST or 127.0.0.1' },
    port: { kind: 'number', value: 'PORT', about: 'TCP port, 0 takes a free one; default PORT or 8080' },
    workers: { kind: 'number', value: 'N', about: 'Threads that serve calls from that port; default 1' },
    ...DATA_DIR,
  },
  notes: [
    'Prints "weir listening on http://HOST:PORT" to stdout when ready; logs go to stderr, one JSON object per line.',
    'The first start creates an admin key, prints it once and keeps only its hash. WEIR_ADMIN_KEY (at least 24 printable characters) sets it instead, and replaces the one an existing data directory has. An address that other machines can reach needs WEIR_ADMIN_KEY at each start.',
    'SIGTERM and SIGINT let running calls finish; a second one ends the process at once. SIGHUP, or a change of the file, reads the configuration again; a broken file leaves the old configuration in force.',
  ],
  async run({ context, options }) {
    const { environment } = context;
    const flags: StartFlags = options;
    const loaded = configFrom(flags, environment);
    chosenAdminKey(environment);
    refuseOpenHost(loaded.config.server.host, environment);
    const { startServer } = await import('./start-server.ts');
    const dataDir = options['data-dir'] ?? DEFAULT_DATA_DIR;
    const { app, log, flushLog } = await startServer({ loaded, environment, dataDir });
    const reload = follow({ app, log, loaded, flags, context });
    // Whoever reads the line below may send a signal at once.
    const stop = stopSignal();
    try {
      const url = await app.listen();
      // The notice must not land among the lines above it.
      flushLog();
      if (app.createdAdminKey !== undefined) context.err(adminKeyNotice(app.createdAdminKey));
      context.out(`weir listening on ${url}`);
      const signal = await stop;
      log.info({ event: 'stopping', signal }, `${signal}: running calls may finish`);
    } finally {
      reload.close();
      await app.close();
    }
    return 0;
  },
});

function follow(of: {
  app: App;
  log: Logger;
  loaded: LoadedConfig;
  flags: StartFlags;
  context: CommandContext;
}): ConfigReload {
  return followConfig({
    file: of.flags.config,
    loaded: of.loaded,
    read: () => configFrom(of.flags, of.context.environment),
    apply: (loaded) => of.app.reload(loaded),
    log: of.log,
  });
}

function adminKeyNotice(key: string): string {
  return [
    '',
    'This is the admin key. It is shown only now; Weir keeps its hash.',
    '',
    `  export WEIR_ADMIN_KEY=${key}`,
    '',
    'With that set, "weir keys create --name my-app" makes a key for an application.',
    '',
  ].join('\n');
}
