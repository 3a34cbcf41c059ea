import type { DatabaseSync } from 'node:sqlite';
import { openDatabase } from './open-database.ts';
import { startFailure, toFailure } from './sqlite-error.ts';

/** Opens the file; the failure says what to do in words that may be shown. */
export function openForThread(file: string): DatabaseSync {
  try {
    return openDatabase(file);
  } catch (error) {
    throw startFailure(toFailure(error), file);
  }
}
