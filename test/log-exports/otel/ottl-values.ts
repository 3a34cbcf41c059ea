/** A value of OTTL: int64 is bigint and float64 number. */
export type OttlValue = string | bigint | number | boolean | null | Uint8Array | TraceIdValue | OttlMap;
export interface OttlMap {
  [key: string]: OttlValue;
}

/** A trace id as such: equal to another one only, not to its text. */
export class TraceIdValue {
  readonly hex: string;
  constructor(hex: string) {
    this.hex = hex;
  }
}

/** A log record inside the collector. */
export interface OttlRecord {
  body: OttlValue;
  severity_text: string;
  severity_number: bigint;
  /** 32 hexadecimal digits; '' where there is none. */
  readonly trace_id: string;
  readonly attributes: OttlMap;
  readonly resource: OttlMap;
  readonly cache: OttlMap;
}

export function toOttl(value: unknown): OttlValue {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') return value;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toOttl(inner)]));
  }
  return null;
}

export function fromOttl(value: OttlValue): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof TraceIdValue) return value.hex;
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fromOttl(inner)]));
}

export function isMap(value: OttlValue): value is OttlMap {
  return (
    typeof value === 'object' && value !== null && !(value instanceof TraceIdValue) && !(value instanceof Uint8Array)
  );
}

/** Text of a value where OTTL wants a "string-like" one; null stays null. */
export function toText(value: OttlValue): string | null {
  if (value === null || typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (value instanceof TraceIdValue) return value.hex;
  if (isMap(value)) return JSON.stringify(fromOttl(value));
  return String(value);
}

const EQUALITIES: Readonly<Record<string, boolean>> = { '==': true, '!=': false };

/** OTTL's comparison table: numbers as numbers, equals within a kind, and of different kinds nothing but `!=` holds. */
export function compareOttl(sign: string, left: OttlValue, right: OttlValue): boolean {
  const bothNumbers = isNumber(left) && isNumber(right);
  if (bothNumbers) return holds(sign, order(Number(left), Number(right)));
  if (typeof left === 'string' && typeof right === 'string') {
    return holds(sign, Buffer.compare(Buffer.from(left), Buffer.from(right)));
  }
  if (typeof left === 'boolean' && typeof right === 'boolean') return holds(sign, order(Number(left), Number(right)));
  const wanted = EQUALITIES[sign];
  if (wanted === undefined) return false;
  return isSame(left, right) === wanted;
}

function isSame(left: OttlValue, right: OttlValue): boolean {
  if (left instanceof TraceIdValue && right instanceof TraceIdValue) return left.hex === right.hex;
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(left, right) === 0;
  return left === null && right === null;
}

function isNumber(value: OttlValue): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function order(left: number, right: number): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function holds(sign: string, ordered: number): boolean {
  if (sign === '==') return ordered === 0;
  if (sign === '!=') return ordered !== 0;
  if (sign === '<') return ordered < 0;
  if (sign === '<=') return ordered <= 0;
  return sign === '>' ? ordered > 0 : ordered >= 0;
}
