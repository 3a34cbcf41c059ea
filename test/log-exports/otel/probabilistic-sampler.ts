import { z } from 'zod';
import { DisputedConstruct, RefusedConfiguration } from '../construct-error.ts';
import type { OttlRecord, OttlValue } from './ottl-values.ts';
import { toText } from './ottl-values.ts';

const FULL = 2n ** 56n;
/** A threshold no randomness reaches. */
const NEVER = FULL;
const ALWAYS = 0n;
const BUCKETS = 2n ** 14n;

const configSchema = z.strictObject({
  mode: z.enum(['hash_seed', 'equalizing', 'proportional']).default('hash_seed'),
  sampling_percentage: z.number().nonnegative(),
  hash_seed: z.number().int().nonnegative().default(0),
  fail_closed: z.boolean().default(true),
  sampling_precision: z.number().int().min(1).max(14).default(4),
  attribute_source: z.enum(['traceID', 'record']).default('traceID'),
  from_attribute: z.string().default(''),
  sampling_priority: z.string().default(''),
});
type SamplerConfig = z.infer<typeof configSchema>;

interface Randomness {
  readonly value: bigint;
  /** The record said it, or its trace id or attribute did. */
  readonly isExplicit: boolean;
}

/**
 * The collector's probabilistic_sampler for logs. A record is kept when its randomness of 56 bits reaches the
 * threshold; the threshold comes from the priority attribute where there is a usable one, else from the percentage. It
 * stamps `sampling.threshold`, and `sampling.randomness` where it came from a hash.
 */
export function createProbabilisticSampler(raw: unknown): (record: OttlRecord) => boolean {
  const parsed = configSchema.safeParse(raw);
  if (!parsed.success)
    throw new RefusedConfiguration('OpenTelemetry', `probabilistic_sampler: ${z.prettifyError(parsed.error)}`);
  const config = parsed.data;
  return (record) => {
    const arriving = arrivingThreshold(record);
    const randomness = randomnessOf(record, config);
    const isUsable =
      randomness !== undefined &&
      !(config.mode === 'hash_seed' && (arriving !== undefined || randomness.isExplicit)) &&
      !(arriving !== undefined && randomness.value < arriving);
    const failed = config.fail_closed ? NEVER : ALWAYS;
    const byPercentage = isUsable ? thresholdOfPercentage(config, arriving) : failed;
    const threshold = priorityThreshold(record, config) ?? byPercentage;
    const isKept = (randomness?.value ?? FULL - 1n) >= threshold;
    if (!isKept) return false;
    if (config.mode === 'hash_seed' && isUsable) record.attributes['sampling.randomness'] = hex(randomness.value);
    if ((isUsable || randomness === undefined) && (arriving === undefined || threshold >= arriving)) {
      record.attributes['sampling.threshold'] = hex(threshold).replace(/0+$/, '') || '0';
    }
    return true;
  };
}

function randomnessOf(record: OttlRecord, config: SamplerConfig): Randomness | undefined {
  const stated = record.attributes['sampling.randomness'];
  if (typeof stated === 'string' && stated !== '') return { value: BigInt(`0x${stated}`), isExplicit: true };
  if (config.mode !== 'hash_seed') {
    if (record.trace_id === '') return undefined;
    return { value: BigInt(`0x${record.trace_id.slice(-14)}`), isExplicit: false };
  }
  if (config.attribute_source === 'traceID' && record.trace_id !== '') {
    return { value: hashedRandomness(Buffer.from(record.trace_id, 'hex'), config.hash_seed), isExplicit: false };
  }
  const value = config.from_attribute === '' ? null : (record.attributes[config.from_attribute] ?? null);
  const bytes = value instanceof Uint8Array ? value : Buffer.from(toText(value) ?? '');
  return bytes.length === 0 ? undefined : { value: hashedRandomness(bytes, config.hash_seed), isExplicit: false };
}

function arrivingThreshold(record: OttlRecord): bigint | undefined {
  const stated = record.attributes['sampling.threshold'];
  if (typeof stated !== 'string' || stated === '') return undefined;
  return BigInt(`0x${stated.padEnd(14, '0')}`);
}

/** 14 bits of FNV-1a decide; the others only fill the 56. */
function hashedRandomness(bytes: Uint8Array, seed: number): bigint {
  const seedBytes = Buffer.alloc(4);
  seedBytes.writeUInt32LE(seed);
  let hash = 0x811c9dc5;
  for (const byte of [...seedBytes, ...bytes]) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  const low = BigInt(hash) & (BUCKETS - 1n);
  const rest = BigInt(hash >>> 18);
  return ((BUCKETS - 1n - low) << 42n) | ((rest ^ (rest << 10n)) << 14n) | low;
}

function thresholdOfPercentage(config: SamplerConfig, arriving: bigint | undefined): bigint {
  const percentage = Math.min(100, Math.fround(config.sampling_percentage));
  if (percentage === 0) return NEVER;
  if (config.mode === 'hash_seed') {
    const accepted = BigInt(Math.trunc(Math.fround(percentage * Math.fround(16_384 / 100))));
    return accepted === 0n ? NEVER : (BUCKETS - accepted) << 42n;
  }
  const own = percentage / 100;
  if (config.mode === 'equalizing') {
    const threshold = thresholdOf(own, config.sampling_precision);
    return arriving !== undefined && threshold < arriving ? arriving : threshold;
  }
  const incoming = arriving === undefined ? 1 : Number(FULL - arriving) / Number(FULL);
  return thresholdOf(incoming * own, config.sampling_precision);
}

/** The percentage that the record itself asks for, up or down; undefined where it asks for none. */
function priorityThreshold(record: OttlRecord, config: SamplerConfig): bigint | undefined {
  if (config.sampling_priority === '') return undefined;
  const priority: OttlValue = record.attributes[config.sampling_priority] ?? null;
  if (typeof priority !== 'number' && typeof priority !== 'bigint') return undefined;
  const probability = Number(priority) / 100;
  if (config.sampling_percentage === 0) {
    if (probability === 0) return undefined;
    if (probability >= 1) return ALWAYS;
    throw new DisputedConstruct(
      'OpenTelemetry',
      'sampling_percentage 0 with a sampling priority: its documentation keeps that percentage, its program all',
    );
  }
  if (probability === 0) {
    throw new DisputedConstruct(
      'OpenTelemetry',
      'sampling priority 0: its documentation keeps nothing, its program what sampling_percentage says',
    );
  }
  if (probability < 0) return undefined;
  if (probability > 1 && config.sampling_percentage < 100) {
    throw new DisputedConstruct(
      'OpenTelemetry',
      'a sampling priority above 100: its documentation keeps all, its program what sampling_percentage says',
    );
  }
  return thresholdOf(probability, config.sampling_precision);
}

/** 2^56 (1 - probability), rounded to so many hexadecimal digits after those that are zero anyway. */
function thresholdOf(probability: number, precision: number): bigint {
  if (probability >= 1) return ALWAYS;
  if (probability < 2 ** -56) return NEVER;
  let digits = precision;
  for (let reject = 1 - probability; reject * 16 < 1; reject *= 16) digits++;
  if (digits > 14) return ALWAYS;
  const rejected = FULL - BigInt(Math.round(probability * 2 ** 56));
  const shift = BigInt(4 * (14 - digits));
  if (shift === 0n) return rejected;
  return ((rejected + (1n << (shift - 1n))) >> shift) << shift;
}

function hex(value: bigint): string {
  return value.toString(16).padStart(14, '0');
}
