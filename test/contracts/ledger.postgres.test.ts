import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { requires } from '../support/optional.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { openReplicaLedger } from '../support/postgres-ledger.ts';
import { ledgerContract } from './ledger.contract.ts';
import { systemClock } from './system-clock.ts';

requires('postgres')('the ledger on PostgreSQL', () => {
  let server: Postgres;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.remove());

  for (const durability of ['process', 'fsync', 'database'] as const) {
    ledgerContract(`PostgreSQL, durability ${durability}`, async () => {
      const url = await server.database();
      const dataDir = mkdtempSync(join(tmpdir(), 'ledger-'));
      return {
        open: () => openReplicaLedger({ url, dataDir, durability, clock: systemClock }),
        remove: async () => rmSync(dataDir, { recursive: true }),
      };
    });
  }
});
