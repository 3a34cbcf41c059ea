import { workerData } from 'node:worker_threads';
import { serveRequests } from '../threads/serve-requests.ts';
import { openForThread } from './open-for-thread.ts';
import { onDatabase } from './sqlite-error.ts';
import { type SqlBatch, type SqlQuery, Statements } from './statements.ts';

/** The thread that holds one connection: queries in, rows out, in order. */
const { file } = workerData as { file: string };

serveRequests(() => {
  const database = openForThread(file);
  const statements = new Statements(database);
  return {
    handle: (body) =>
      onDatabase(file, () => {
        const asked = body as SqlQuery | SqlBatch;
        return 'guard' in asked ? statements.runBatch(asked) : statements.run(asked);
      }),
    close: () => database.close(),
  };
});
