import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { WeirError } from '../../kernel/errors.ts';
import { isBusy, toFailure } from './sqlite-error.ts';

export interface DirectoryLock {
  /** A second call does nothing. */
  release(): void;
}

/**
 * Makes this process the only writer of a data directory. The lock is SQLite's own on a file of its own: the system
 * drops it with the process, so a killed server leaves nothing stale behind, and a recurring process id means nothing.
 */
export function lockDirectory(directory: string, nowMs: number): DirectoryLock {
  const database = new DatabaseSync(join(directory, 'weir.lock'), { timeout: 0 });
  try {
    database.exec('PRAGMA synchronous = OFF');
    database.exec('BEGIN IMMEDIATE');
    database.exec('CREATE TABLE IF NOT EXISTS holder (process_id INTEGER, started_at INTEGER)');
    database.exec('DELETE FROM holder');
    database.prepare('INSERT INTO holder VALUES (?, ?)').run(process.pid, nowMs);
    // The row must be committed to be readable, and the lock must outlive the commit.
    database.exec('COMMIT');
    database.exec('BEGIN IMMEDIATE');
  } catch (error) {
    const refusal = isBusy(toFailure(error)) ? refuse(database, directory) : error;
    database.close();
    throw refusal;
  }
  return {
    release() {
      if (database.isOpen) database.close();
    },
  };
}

function refuse(database: DatabaseSync, directory: string): WeirError {
  const message =
    `Another Weir server${describeHolder(database)} uses the data directory ${directory}. ` +
    'Stop it first, or give this one a data directory of its own.';
  return new WeirError('config.invalid', { message });
}

function describeHolder(database: DatabaseSync): string {
  try {
    const holder = database.prepare('SELECT process_id, started_at FROM holder').get();
    if (holder === undefined) return '';
    return ` (process ${holder.process_id}, started ${new Date(Number(holder.started_at)).toISOString()})`;
  } catch {
    return '';
  }
}
