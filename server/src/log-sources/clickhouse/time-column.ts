import { type Hole, integer, type Statement, sql } from './statement.ts';

/** How the times of a table are written and read, in units of its own. */
export interface TimeColumn {
  readonly unitsPerSecond: number;
  /** An expression of the column's type for so many units since 1970. */
  at(units: bigint): Statement;
  /** The column in units, as text. */
  units(column: Hole): Statement;
}

const MICROS: TimeColumn = {
  unitsPerSecond: 1_000_000,
  at: (units) => sql`fromUnixTimestamp64Micro(${integer(units)})`,
  units: (column) => sql`toString(toUnixTimestamp64Micro(${column}))`,
};

const SECONDS: TimeColumn = {
  unitsPerSecond: 1,
  at: (units) => sql`toDateTime(${integer(units)})`,
  units: (column) => sql`toString(toUnixTimestamp(${column}))`,
};

/** Undefined: a type that is not read; finer times than microseconds would be cut, and paging needs them whole. */
export function timeColumnOf(type: string | undefined): TimeColumn | undefined {
  if (/^DateTime64\([0-6]\b/.test(type ?? '')) return MICROS;
  return /^DateTime(\(|$)/.test(type ?? '') ? SECONDS : undefined;
}

/** The first unit that is not before this time in Unix milliseconds. */
export function unitsAt(ms: number, { unitsPerSecond }: TimeColumn): bigint {
  return unitsPerSecond === 1 ? BigInt(Math.ceil(ms / 1000)) : BigInt(Math.ceil(ms)) * BigInt(unitsPerSecond / 1000);
}

export function millisecondsAt(units: bigint, { unitsPerSecond }: TimeColumn): number {
  return (Number(units) * 1000) / unitsPerSecond;
}
