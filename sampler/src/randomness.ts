/**
 * The consistent decision of OpenTelemetry: a line is kept when its randomness R is at least the threshold T, both of
 * 56 bits. Here both are fractions of 2^56: R in [0, 1) and T = 1 - rate, kept when R >= T. Every 1 - rate is a
 * multiple of 2^-53, so R may lose its last three bits and the answer stays that of the 56-bit comparison.
 */
export function isKeptAt(rate: number, randomness: number): boolean {
  // Put this way round, what is no number is kept.
  return !(randomness < 1 - rate);
}

const DIGITS = 14;

/**
 * The randomness of a trace: the rightmost 56 bits of its id, as in W3C trace context level 2. -1 where there is none:
 * the id is too short, not hexadecimal, or of zeros only.
 */
export function traceRandomness(traceId: string): number {
  const { length } = traceId;
  if (length < DIGITS) return -1;
  let high = 0;
  let low = 0;
  let any = 0;
  for (let at = 0; at < length; at++) {
    const digit = hexDigit(traceId.charCodeAt(at));
    if (digit < 0) return -1;
    any |= digit;
    const place = at - (length - DIGITS);
    if (place < 0) continue;
    if (place < 7) high = high * 16 + digit;
    else low = low * 16 + digit;
  }
  return any === 0 ? -1 : fraction(high, low);
}

/** The randomness of any other text that lines share: a request's or a session's id. Its UTF-16 units, hashed. */
export function keyRandomness(key: string): number {
  let high = 0x811c9dc5;
  let low = 0x01000193;
  for (let at = 0; at < key.length; at++) {
    const unit = key.charCodeAt(at);
    high = Math.imul(high ^ unit, 0x01000193);
    low = Math.imul(low ^ unit, 0x85ebca6b);
  }
  low = finish(low ^ key.length);
  high = finish(high ^ low);
  return fraction(high >>> 4, low >>> 4);
}

/** T as OpenTelemetry writes `sampling.threshold`: hexadecimal without the zeros at its end. */
export function thresholdText(rate: number): string {
  const threshold = (1 - rate) * 2 ** 28;
  const high = Math.floor(threshold);
  const low = (threshold - high) * 2 ** 28;
  const digits = high.toString(16).padStart(7, '0') + low.toString(16).padStart(7, '0');
  return digits.replace(/0+$/, '') || '0';
}

/** Two times 28 bits, as the fraction of 2^56 without the last three bits. */
function fraction(high: number, low: number): number {
  return (high * 2 ** 25 + (low >>> 3)) / 2 ** 53;
}

function finish(bits: number): number {
  let mixed = bits;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
