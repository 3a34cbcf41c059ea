import { createServer } from 'node:net';
import { isWeirError } from '../../../kernel/errors.ts';
import { configFrom } from '../config-options.ts';
import type { Finding, Patient } from './finding.ts';

const subject = 'port';

export async function checkPort({ file, environment }: Patient): Promise<Finding[]> {
  try {
    const { host, port } = configFrom({ config: file }, environment).config.server;
    return [await tryListen(host, port)];
  } catch (thrown) {
    if (isWeirError(thrown)) return []; // the check of the configuration says it
    throw thrown;
  }
}

function tryListen(host: string, port: number): Promise<Finding> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const used = error.code === 'EADDRINUSE';
      resolve({
        outcome: used ? 'warn' : 'fail',
        subject,
        detail: used ? `${host}:${port} is in use` : `${host}:${port} cannot be opened (${error.code})`,
        advice: used
          ? 'If that is not the Weir you mean, choose another port with --port or PORT.'
          : 'Check server.host and server.port.',
      });
    });
    server.listen(port, host, () => {
      server.close(() => resolve({ outcome: 'ok', subject, detail: `${host}:${port} is free` }));
    });
  });
}
