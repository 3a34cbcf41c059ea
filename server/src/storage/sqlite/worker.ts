import { workerData } from 'node:worker_threads';
import { toThreadFailure } from '../threads/failure.ts';
import { serveRequests } from '../threads/serve-requests.ts';
import { openForThread } from './open-for-thread.ts';
import { onDatabase } from './sqlite-error.ts';
import { type BatchAnswer, type SqlBatch, type SqlQuery, Statements } from './statements.ts';

/** The thread that holds one connection: queries in, rows out, in order. */
const { file } = workerData as { file: string };

serveRequests(() => {
  const database = openForThread(file);
  const statements = new Statements(database);
  return {
    handle: (body) =>
      onDatabase(file, () => {
        const asked = body as SqlQuery | { readonly batches: readonly SqlBatch[] };
        return 'batches' in asked ? answersTo(asked.batches, statements) : statements.run(asked);
      }),
    close: () => database.close(),
  };
});

/** One transaction for all. When it fails each has one of its own, so that nobody fails for another. */
function answersTo(batches: readonly SqlBatch[], statements: Statements): BatchAnswer[] {
  if (batches.length > 1) {
    try {
      return statements.runBatches(batches).map((result) => ({ result }));
    } catch {
      // Told by whichever fails again.
    }
  }
  return batches.map((batch) => {
    try {
      const [result] = onDatabase(file, () => statements.runBatches([batch]));
      return { result };
    } catch (error) {
      return { failure: toThreadFailure(error) };
    }
  });
}
