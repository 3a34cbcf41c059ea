import { isWeirError } from '../../kernel/errors.ts';

const TRIES = 50;

/**
 * Runs an insert that takes the next free number. Who takes the same one at the same moment gets a conflict and tries again, so
 * numbers have no gaps that a database's own sequence would leave, and survive a copy to another database.
 */
export async function numbered<T>(insert: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await insert();
    } catch (error) {
      if (tries >= TRIES || !isWeirError(error) || error.code !== 'conflict') throw error;
    }
  }
}
