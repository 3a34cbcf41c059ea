import { invalidRequest } from '../../../kernel/errors.ts';
import { isObject, type Json, type JsonObject } from '../../../kernel/json.ts';

/** Strict readers: null counts as absent, any other wrong type is the client's mistake and names the field. */

export function readString(json: JsonObject, key: string, at = ''): string | undefined {
  const value = json[key] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw invalidRequest(at + key, 'must be a string.');
}

export function requireString(json: JsonObject, key: string, at = ''): string {
  const value = readString(json, key, at);
  if (value === undefined) throw invalidRequest(at + key, 'is required.');
  return value;
}

export function readBoolean(json: JsonObject, key: string, at = ''): boolean | undefined {
  const value = json[key] ?? undefined;
  if (value === undefined || typeof value === 'boolean') return value;
  throw invalidRequest(at + key, 'must be true or false.');
}

export function readNumber(json: JsonObject, key: string, at = ''): number | undefined {
  const value = json[key] ?? undefined;
  if (value === undefined || (typeof value === 'number' && Number.isFinite(value))) return value;
  throw invalidRequest(at + key, 'must be a number.');
}

/** Larger limits are mistakes, and arithmetic with them is not exact. */
const MAX_COUNT = 1_000_000_000;

export function readCount(json: JsonObject, key: string, at = ''): number | undefined {
  const value = readNumber(json, key, at);
  if (value !== undefined && (!Number.isInteger(value) || value < 1 || value > MAX_COUNT)) {
    throw invalidRequest(at + key, `must be a whole number from 1 to ${MAX_COUNT}.`);
  }
  return value;
}

export function readObject(json: JsonObject, key: string, at = ''): JsonObject | undefined {
  const value = json[key] ?? undefined;
  if (value === undefined || isObject(value)) return value;
  throw invalidRequest(at + key, 'must be an object.');
}

export function readList(json: JsonObject, key: string, at = ''): Json[] | undefined {
  const value = json[key] ?? undefined;
  if (value === undefined || Array.isArray(value)) return value;
  throw invalidRequest(at + key, 'must be a list.');
}

/** One entry of a list that must be an object. */
export function entryObject(value: unknown, at: string): JsonObject {
  if (isObject(value)) return value;
  throw invalidRequest(at, 'must be an object.');
}
