/**
 * The digits of a finite number rounded to `places` after the point (before it, when negative), exactly and half to even
 * as Python does: the number is `digits / 10 ** places`.
 */
export function roundDecimal(value: number, places: number): bigint {
  const { mantissa, exponent } = binaryParts(Math.abs(value));
  let numerator = mantissa * 2n ** BigInt(Math.max(0, exponent));
  let denominator = 2n ** BigInt(Math.max(0, -exponent));
  if (places >= 0) numerator *= 10n ** BigInt(places);
  else denominator *= 10n ** BigInt(-places);
  const floor = numerator / denominator;
  const twice = (numerator - floor * denominator) * 2n;
  const isUp = twice > denominator || (twice === denominator && floor % 2n === 1n);
  return isUp ? floor + 1n : floor;
}

/** `value` is `mantissa * 2 ** exponent`, both whole. */
function binaryParts(value: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const power = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  return power === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | 0x10000000000000n, exponent: power - 1075 };
}

/** Python's `%.Nf` of a finite number, without its sign. */
export function fixedDigits(value: number, places: number): string {
  const digits = roundDecimal(value, places)
    .toString()
    .padStart(places + 1, '0');
  if (places === 0) return digits;
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** Python's `%.Ne` of a finite number, without its sign: the digits and the power of ten. */
export function exponentDigits(value: number, places: number): { digits: string; exponent: number } {
  if (value === 0) return { digits: '0'.repeat(places + 1), exponent: 0 };
  const exponent = Number(Math.abs(value).toExponential().split('e')[1]);
  const digits = roundDecimal(value, places - exponent).toString();
  // 9.99 rounded to two digits is 10.
  return digits.length > places + 1 ? { digits: digits.slice(0, -1), exponent: exponent + 1 } : { digits, exponent };
}
