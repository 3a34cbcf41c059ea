import type pg from 'pg';
import type { Transact } from './ledger-writer.ts';
import { isLost } from './postgres-error.ts';

/** Transactions on a pool; a connection whose state nobody knows is thrown away. */
export function transactOn(pool: pg.Pool): Transact {
  return async (work) => {
    const client = await pool.connect();
    let isUsable = true;
    try {
      await client.query('begin');
      const result = await work(client);
      await client.query('commit');
      return result;
    } catch (error) {
      isUsable = !isLost(error) && (await rollback(client));
      throw error;
    } finally {
      client.release(!isUsable);
    }
  };
}

async function rollback(client: pg.PoolClient): Promise<boolean> {
  try {
    await client.query('rollback');
    return true;
  } catch {
    return false;
  }
}
