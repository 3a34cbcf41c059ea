import { workerData } from 'node:worker_threads';
import { openDatabase } from './open-database.ts';
import { serveRequests } from './serve-requests.ts';
import { type SqlQuery, Statements } from './statements.ts';

/** The thread that holds one connection: queries in, rows out, in order. */
const { file } = workerData as { file: string };

serveRequests(() => {
  const database = openDatabase(file);
  const statements = new Statements(database);
  return {
    handle: (body) => statements.run(body as SqlQuery),
    close: () => database.close(),
  };
});
