import { isWeirError, WeirError } from '../../kernel/errors.ts';

/** A statement that SQLite does not understand, or that is used wrongly. */
const OUR_MISTAKES = new Set([0, 1, 20, 21, 25]);
const BUSY = 5;
const LOCKED = 6;
const CORRUPT = 11;
const FULL = 13;
const NOT_A_DATABASE = 26;
const CONSTRAINT = 19;

/** What SQLite's driver says of a failure. */
export interface SqliteFailure {
  readonly message: string;
  /** Extended SQLite result code; 0 when the error is not SQLite's. */
  readonly code: number;
}

export function toFailure(thrown: unknown): SqliteFailure {
  if (!(thrown instanceof Error)) return { message: String(thrown), code: 0 };
  const code = (thrown as { errcode?: unknown }).errcode;
  return { message: thrown.message, code: typeof code === 'number' ? code : 0 };
}

export function isBusy(failure: SqliteFailure): boolean {
  const code = failure.code & 0xff;
  return code === BUSY || code === LOCKED;
}

/** The WeirError for a failure inside a database thread. */
export function fromFailure(failure: SqliteFailure, file: string): WeirError {
  const cause = new Error(failure.message);
  switch (failure.code & 0xff) {
    case CONSTRAINT:
      return new WeirError('conflict', { cause });
    case CORRUPT:
    case NOT_A_DATABASE:
      return corruptDatabase(file, failure.message);
    case BUSY:
    case LOCKED:
      return new WeirError('store.unavailable', { message: 'The database is locked by another process.', cause });
    case FULL:
      return new WeirError('store.unavailable', { message: 'The disk of the database is full.', cause });
    default:
      return new WeirError(OUR_MISTAKES.has(failure.code & 0xff) ? 'bug' : 'store.unavailable', { cause });
  }
}

function corruptDatabase(file: string, reason: string): WeirError {
  const message =
    `The database file ${file} is damaged (${reason}). Weir does not start on it, so that nothing is made worse. ` +
    'Stop Weir, move this file and its -wal and -shm files away, and put the latest backup in their place; ' +
    'or recover what is readable with: sqlite3 FILE ".recover" | sqlite3 recovered.db';
  return new WeirError('store.unavailable', { message, retryable: false });
}

/** Opening a database may fail for reasons of our own, which are told in plain words. */
export function startFailure(failure: SqliteFailure, file: string): WeirError {
  if (failure.code !== 0) return fromFailure(failure, file);
  return new WeirError('config.invalid', { message: failure.message });
}

/** Runs `work` on the database of a file; what it throws leaves as a WeirError. */
export function onDatabase<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isWeirError(error) ? error : fromFailure(toFailure(error), file);
  }
}
