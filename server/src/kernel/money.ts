/** Money is an integer number of nano-USD (1e-9 USD), so sums are exact. */
export const NANO_PER_USD = 1_000_000_000;

/** Decimal USD for people and JSON numbers; exact for sums below 2^53 nano-USD ($9 M). */
export function usdFromNano(nano: number | bigint): number {
  return Number(nano) / NANO_PER_USD;
}

/** Decimal string without exponent, at most nine places, no trailing zeros: `0.0000138`. */
export function formatUsd(nano: number | bigint): string {
  if (typeof nano === 'number' && Number.isInteger(nano) && nano >= 0 && nano < NANO_PER_USD)
    return fractionOfUsd(nano);
  const value = BigInt(nano);
  const sign = value < 0n ? '-' : '';
  const digits = (value < 0n ? -value : value).toString().padStart(10, '0');
  const fraction = digits.slice(-9).replace(/0+$/, '');
  return `${sign}${digits.slice(0, -9)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Most calls cost less than a dollar. */
function fractionOfUsd(nano: number): string {
  if (nano === 0) return '0';
  const digits = String(nano).padStart(9, '0');
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  return `0.${digits.slice(0, end)}`;
}
