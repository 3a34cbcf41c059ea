import { isWeirError, WeirError } from '../../kernel/errors.ts';

/** What the driver throws: SQLSTATE in `code` when the server spoke, a system code or nothing otherwise. */
interface DriverError extends Error {
  readonly code?: unknown;
}

/** No class begins with E, as the system's own codes (EPIPE) do. */
const SQLSTATE = /^[0-9A-DF-Z][0-9A-Z]{4}$/;
/** The session is over or was never there: connection failures, and what the server says when it stops or is not ready. */
const LOST = /^(08|57P|53300)/;
/** The same statement may succeed a moment later: contention, cancelled, a primary that became a standby. */
const PASSING = /^(40|55P03|57014|25006|53)/;
const REFUSED = /^(28|3D000)/;
/** A row, or a table and its type, that another process made at the same time. */
const THERE_ALREADY = /^(23505|42710|42P07)$/;
const DISK_FULL = '53100';
/** U+0000, which PostgreSQL cannot store in text. */
const UNSTORABLE = /^(22021|22P05)$/;

/** The WeirError for whatever the driver threw. */
export function toStoreError(thrown: unknown): WeirError {
  if (isWeirError(thrown)) return thrown;
  const state = stateOf(thrown);
  if (state === undefined) return withoutState(thrown);
  if (THERE_ALREADY.test(state)) return new WeirError('conflict', { cause: thrown });
  if (state === DISK_FULL) return unavailable('The disk of the database is full.', thrown);
  if (UNSTORABLE.test(state)) {
    const message = 'A text holds the character U+0000, which the database cannot store.';
    return new WeirError('request.invalid', { message, cause: thrown });
  }
  if (REFUSED.test(state)) {
    const message = 'The database refuses the user, the password or the name in DATABASE_URL.';
    return new WeirError('store.unavailable', { message, cause: thrown });
  }
  if (LOST.test(state) || PASSING.test(state)) return unavailable(undefined, thrown);
  return new WeirError('bug', { cause: thrown });
}

/** True when the connection cannot be used again and others will hardly fare better. */
export function isLost(thrown: unknown): boolean {
  if (isWeirError(thrown)) return false;
  const state = stateOf(thrown);
  return state === undefined ? !isOurs(thrown) : LOST.test(state);
}

function withoutState(thrown: unknown): WeirError {
  return isOurs(thrown) ? new WeirError('bug', { cause: thrown }) : unavailable(undefined, thrown);
}

function isOurs(thrown: unknown): boolean {
  return thrown instanceof TypeError || thrown instanceof RangeError || thrown instanceof ReferenceError;
}

function stateOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error ? (thrown as DriverError).code : undefined;
  return typeof code === 'string' && SQLSTATE.test(code) ? code : undefined;
}

function unavailable(message: string | undefined, cause: unknown): WeirError {
  return new WeirError('store.unavailable', { cause, ...(message === undefined ? {} : { message }) });
}
