import { afterAll, beforeAll } from 'vitest';
import { openPostgresStorage } from '../../server/src/storage/postgres/open-storage.ts';
import { systemClock } from '../contracts/system-clock.ts';
import { requires } from '../support/optional.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { engineContract } from './engine.contract.ts';

requires('postgres')('workflows on PostgreSQL', () => {
  let server: Postgres;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.remove(), 60_000);

  engineContract('PostgreSQL', async () => {
    const url = await server.database();
    return { storage: await openPostgresStorage({ url, clock: systemClock, connections: 6 }), remove: async () => {} };
  });
});
