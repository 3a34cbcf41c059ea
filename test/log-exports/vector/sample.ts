import { RefusedConfiguration, UnsupportedConstruct } from '../construct-error.ts';
import { seahash } from './seahash.ts';
import { read, write } from './vrl.ts';
import type { VrlValue } from './vrl-kinds.ts';

type Fields = { [key: string]: VrlValue };
const RANGE = 2n ** 64n - 1n;

export interface SampleOptions {
  readonly rate?: number | undefined;
  readonly ratio?: number | undefined;
  readonly rate_field?: string | undefined;
  readonly ratio_field?: string | undefined;
  readonly key_field?: string | undefined;
  readonly sample_rate_key?: string | undefined;
  readonly group_by?: string | undefined;
}

/**
 * Vector's `sample`: the events that it forwards, in order, one call each. A static rate keeps the first of every N, a
 * static ratio every so manieth; a ratio or rate from the event decides by a hash of a counter; a key by its own hash.
 * The rate is written as text, a ratio as the ratio.
 */
export function createSampler(
  options: SampleOptions,
  isExcluded: (event: Fields) => boolean,
): (event: Fields) => boolean {
  check(options);
  const stampPath = pathOf(options.sample_rate_key ?? 'sample_rate');
  const takeStatic = options.rate === undefined ? everyRatio(options.ratio ?? 1) : everyNth(options.rate);
  const label = String(options.rate ?? options.ratio);
  let counter = 0n;

  const decide = (event: Fields): readonly [kept: boolean, label: string] => {
    const ratio = eventRatio(event, options.ratio_field);
    const rate = eventRate(event, options.rate_field);
    if (ratio !== undefined || rate !== undefined) {
      const hash = seahash(bytesOfCounter(counter++));
      if (ratio !== undefined) return [hash <= thresholdOf(ratio), String(ratio)];
      return [hash % (rate as bigint) === 0n, String(rate)];
    }
    const key = options.key_field === undefined ? undefined : read(event, pathOf(options.key_field));
    if (key === undefined) return [takeStatic(), label];
    const hash = seahash(Buffer.from(String(key)));
    if (options.rate !== undefined) return [hash % BigInt(options.rate) === 0n, label];
    return [hash <= thresholdOf(options.ratio ?? 1), label];
  };
  return (event) => {
    if (isExcluded(event)) return true;
    const [kept, rate] = decide(event);
    if (kept && stampPath.length > 0) write(event, stampPath, rate);
    return kept;
  };
}

function check(options: SampleOptions): void {
  const { rate, ratio } = options;
  if (options.group_by !== undefined) throw new UnsupportedConstruct('Vector', 'group_by of a sample transform');
  if (options.ratio_field !== undefined && options.rate_field !== undefined) {
    throw refused('ratio_field and rate_field exclude each other');
  }
  if (options.key_field !== undefined && (options.ratio_field ?? options.rate_field) !== undefined) {
    throw refused('key_field cannot be combined with ratio_field or rate_field');
  }
  if ((rate === undefined) === (ratio === undefined)) throw refused('exactly one of rate and ratio must be set');
  if (rate !== undefined && (!Number.isInteger(rate) || rate < 1))
    throw refused('rate must be a positive whole number');
  if (ratio !== undefined && !(ratio > 0 && ratio <= 1)) throw refused('ratio must be above 0 and at most 1');
}

function everyNth(rate: number): () => boolean {
  let count = 0;
  return () => count++ % rate === 0;
}

function everyRatio(ratio: number): () => boolean {
  let value = 1 - ratio;
  return () => {
    const sum = value + ratio;
    value = sum >= 1 ? sum - 1 : sum;
    return sum >= 1;
  };
}

/** Valid in (0, 1]; anything else counts as absent. */
function eventRatio(event: Fields, field: string | undefined): number | undefined {
  if (field === undefined) return undefined;
  const value = read(event, pathOf(field));
  if (typeof value === 'string' && value.trim() !== value) return undefined;
  if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'string') return undefined;
  const ratio = value === '' ? Number.NaN : Number(value);
  return ratio > 0 && ratio <= 1 ? ratio : undefined;
}

function eventRate(event: Fields, field: string | undefined): bigint | undefined {
  if (field === undefined) return undefined;
  const value = read(event, pathOf(field));
  if (typeof value === 'bigint') return value > 0n ? value : undefined;
  return typeof value === 'string' && /^\+?\d+$/.test(value) && BigInt(value) > 0n ? BigInt(value) : undefined;
}

function thresholdOf(ratio: number): bigint {
  return ratio >= 1 ? RANGE : BigInt(Math.floor(ratio * 2 ** 64));
}

function bytesOfCounter(counter: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(counter);
  return bytes;
}

function pathOf(field: string): string[] {
  const bare = field.replace(/^\./, '');
  if (/["[\]%]/.test(bare)) throw new UnsupportedConstruct('Vector', `the field path ${field}`);
  return bare === '' ? [] : bare.split('.');
}

function refused(reason: string): RefusedConfiguration {
  return new RefusedConfiguration('Vector', reason);
}
