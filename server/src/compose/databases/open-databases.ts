import type { DatabaseOptions, Databases } from './databases.ts';

/** SQLite in the data directory, or PostgreSQL when `database.url` says where. */
export async function openDatabases(options: DatabaseOptions): Promise<Databases> {
  const { url } = options.config.database;
  if (url === undefined) return (await import('./embedded.ts')).openEmbedded(options);
  // Its driver is loaded only by those who use it.
  return (await import('./replicated.ts')).openReplicated({ ...options, url });
}
