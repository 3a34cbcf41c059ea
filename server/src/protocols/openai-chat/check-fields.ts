import { invalidRequest } from '../../kernel/errors.ts';
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts';

/** Hand-written checks of top-level fields: they run on every call. null counts as absent, as it does at OpenAI. */

export function checkModel(json: JsonObject): string {
  const { model } = json;
  if (typeof model !== 'string' || model === '') throw invalidRequest('model', 'expected the name of a model');
  return model;
}

export function booleanField(json: JsonObject, name: string): boolean {
  const value = json[name];
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw invalidRequest(name, 'expected true or false');
  return value;
}

/** Larger limits are mistakes, and arithmetic with them is not exact. */
const MAX_INTEGER = 1_000_000_000;

export function positiveInteger(json: JsonObject, name: string): number | undefined {
  const value = json[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > MAX_INTEGER) {
    throw invalidRequest(name, `expected a whole number from 1 to ${MAX_INTEGER}`);
  }
  return value;
}

export function checkNumber(json: JsonObject, name: string, { least, most }: { least: number; most: number }): void {
  const value = json[name];
  if (value === undefined || value === null) return;
  if (typeof value !== 'number' || value < least || value > most) {
    throw invalidRequest(name, `expected a number from ${least} to ${most}`);
  }
}

export function checkArray(json: JsonObject, name: string): void {
  const value: Json | undefined = json[name];
  if (value !== undefined && value !== null && !Array.isArray(value)) throw invalidRequest(name, 'expected an array');
}

/** The end-user label: OpenAI's newer safety_identifier or the older user. */
export function endUser(json: JsonObject): string | undefined {
  const { user, safety_identifier: identifier } = json;
  if (user !== undefined && user !== null && typeof user !== 'string')
    throw invalidRequest('user', 'expected a string');
  if (typeof identifier === 'string' && identifier !== '') return identifier;
  return typeof user === 'string' && user !== '' ? user : undefined;
}

/** Providers differ in which of the two they obey: with both, the larger one is what may come. */
export function outputLimit(json: JsonObject): number | undefined {
  const older = positiveInteger(json, 'max_tokens');
  const newer = positiveInteger(json, 'max_completion_tokens');
  return older === undefined || newer === undefined ? (newer ?? older) : Math.max(older, newer);
}

export function includesUsage(options: Json | undefined): boolean {
  if (options === undefined || options === null) return false;
  if (!isObject(options)) throw invalidRequest('stream_options', 'expected an object');
  return booleanField(options, 'include_usage');
}
