import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from './open-database.ts';
import { toFailure } from './sqlite-error.ts';
import { type SqlQuery, Statements } from './statements.ts';
import type { Reply, Request } from './worker-client.ts';

/** The thread that holds one connection: queries in, rows out, in order. */
const { file } = workerData as { file: string };
const port = parentPort;
if (port === null) throw new Error('This file runs in a worker thread only.');

try {
  const database = openDatabase(file);
  const statements = new Statements(database);
  port.postMessage({ id: 0, result: null } satisfies Reply);
  port.on('message', ({ id, body }: Request) => {
    try {
      if (body === 'close') database.close();
      port.postMessage({ id, result: body === 'close' ? null : statements.run(body as SqlQuery) } satisfies Reply);
      if (body === 'close') port.close();
    } catch (error) {
      port.postMessage({ id, failure: toFailure(error) } satisfies Reply);
    }
  });
} catch (error) {
  port.postMessage({ id: 0, failure: toFailure(error) } satisfies Reply);
  port.close();
}
