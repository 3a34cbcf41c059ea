import { parseArgs } from 'node:util';
import type { Command } from '../cli/command.ts';
import { readConfig } from '../config/read-config.ts';

export const serve: Command = {
  name: 'serve',
  summary: 'Start the server',
  usage: `Usage: weir serve [--config weir.yaml] [--host 127.0.0.1] [--port 8080] [--data-dir .weir]

Prints "weir listening on http://HOST:PORT" when ready; logs go to stderr.
--port 0 takes a free port. SIGTERM lets running calls finish; SIGHUP reads the configuration again.`,
  async run(context) {
    const { values } = parseArgs({
      args: [...context.args],
      options: {
        config: { type: 'string' },
        host: { type: 'string' },
        port: { type: 'string' },
        'data-dir': { type: 'string' },
      },
    });
    const loaded = readConfig({ file: values.config, environment: context.environment, flags: flagsOf(values) });
    const { composeApp } = await import('./app.ts');
    const app = await composeApp({ loaded, environment: context.environment, dataDir: values['data-dir'] ?? '.weir' });
    const url = await app.listen();
    if (app.createdAdminKey !== undefined) {
      context.err(`weir: your admin key, shown only now: ${app.createdAdminKey}`);
    }
    context.out(`weir listening on ${url}`);
    await stopSignal();
    await app.close();
    return 0;
  },
};

function flagsOf(values: { host?: string | undefined; port?: string | undefined }): Record<string, string | number> {
  return {
    ...(values.host === undefined ? {} : { 'server.host': values.host }),
    ...(values.port === undefined ? {} : { 'server.port': Number(values.port) }),
  };
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
}
