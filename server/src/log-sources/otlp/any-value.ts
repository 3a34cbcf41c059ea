import { isObject } from '../../kernel/json.ts';

/** An AnyValue of OTLP/JSON as a plain value; undefined where it has none, as in `{}`. 64-bit integers stay text. */
export function plainOf(any: unknown): unknown {
  if (!isObject(any)) return undefined;
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue, bytesValue } = any;
  if (isObject(arrayValue)) return listOf(arrayValue.values).map((value) => plainOf(value) ?? null);
  if (isObject(kvlistValue)) return membersOf(kvlistValue.values);
  return stringValue ?? boolValue ?? intValue ?? doubleValue ?? bytesValue ?? undefined;
}

/** Key-value pairs as an object; what is no pair is left out. */
export function membersOf(pairs: unknown): Record<string, unknown> {
  const members = listOf(pairs)
    .filter(isObject)
    .map(({ key, value }): [string, unknown] => [String(key ?? ''), plainOf(value) ?? null]);
  return Object.fromEntries(members);
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A plain value as text: strings as they are, the rest as JSON. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

/** UTF-8 bytes of the keys and values of attributes. */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (Array.isArray(value)) return value.reduce<number>((sum, entry) => sum + sizeOf(entry), 0);
  if (!isObject(value)) return String(value ?? '').length;
  return Object.entries(value).reduce((sum, [key, entry]) => sum + Buffer.byteLength(key) + sizeOf(entry), 0);
}
