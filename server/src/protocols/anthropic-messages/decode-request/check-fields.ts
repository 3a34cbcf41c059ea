import { invalidRequest } from '../../../kernel/errors.ts';
import { isObject, type Json, type JsonObject } from '../../../kernel/json.ts';

/** Readers for what clients send: strict, and every complaint names the field. `null` counts as absent where a field is optional. */
export function requireString(value: Json | undefined, param: string): string {
  if (typeof value !== 'string')
    throw invalidRequest(param, value === undefined ? 'field required' : 'must be a string');
  return value;
}

export function requireObject(value: Json | undefined, param: string): JsonObject {
  if (!isObject(value)) throw invalidRequest(param, value === undefined ? 'field required' : 'must be an object');
  return value;
}

export function requireArray(value: Json | undefined, param: string): Json[] {
  if (!Array.isArray(value)) throw invalidRequest(param, value === undefined ? 'field required' : 'must be an array');
  return value;
}

/** Larger output limits are mistakes, and arithmetic with them is not exact. */
const MAX_INTEGER = 1_000_000_000;

export function requirePositiveInteger(value: Json | undefined, param: string): number {
  if (value === undefined) throw invalidRequest(param, 'field required');
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > MAX_INTEGER) {
    throw invalidRequest(param, `must be an integer from 1 to ${MAX_INTEGER}`);
  }
  return value;
}

export function optionalString(value: Json | undefined, param: string): string | undefined {
  return value === undefined || value === null ? undefined : requireString(value, param);
}

export function optionalObject(value: Json | undefined, param: string): JsonObject | undefined {
  return value === undefined || value === null ? undefined : requireObject(value, param);
}

export function optionalArray(value: Json | undefined, param: string): Json[] | undefined {
  return value === undefined || value === null ? undefined : requireArray(value, param);
}

export function optionalNumber(value: Json | undefined, param: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number') throw invalidRequest(param, 'must be a number');
  return value;
}

export function optionalBoolean(value: Json | undefined, param: string): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw invalidRequest(param, 'must be true or false');
  return value;
}
