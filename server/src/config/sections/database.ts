import { z } from 'zod';

/** PostgreSQL in the place of the embedded SQLite. */
export const databaseSchema = z.strictObject({
  url: z
    .url({ protocol: /^postgres(ql)?$/, error: 'must be an address that begins with postgres://' })
    .optional()
    .describe('postgres://user:password@host:port/database of all replicas; absent: SQLite in the data directory'),
  connections: z
    .number()
    .int()
    .min(2)
    .max(1000)
    .default(10)
    .describe('Connections to PostgreSQL per process at most; two more listen and ship usage'),
  keys_without_database_ms: z
    .number()
    .int()
    .positive()
    .default(60_000)
    .describe(
      'How long keys from memory are taken while PostgreSQL does not answer, in milliseconds; after that calls are refused, because a key may have been revoked meanwhile',
    ),
  spool_max_bytes: z
    .number()
    .int()
    .positive()
    .default(1_073_741_824)
    .describe('Usage that may wait on the local disk for the database, in bytes; beyond it calls are refused'),
});
