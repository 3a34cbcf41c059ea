const NANO_PER_USD = 1_000_000_000n;

/**
 * Nano-USD, as the server gives it (text or a whole number), for people: `$12.40`, `$0.0031`, `$0`. Below a dollar two digits
 * that say something; `exact` shows all nine decimals there are.
 */
export function formatMoney(nanoUsd: string | number | bigint, options: { readonly exact?: boolean } = {}): string {
  const nano = BigInt(nanoUsd);
  const size = nano < 0n ? -nano : nano;
  const sign = nano < 0n ? '−' : '';
  if (size === 0n) return '$0';
  if (options.exact === true) return `${sign}$${grouped(size / NANO_PER_USD)}${fraction(size, 9).replace(/0+$/, '')}`;
  if (size >= NANO_PER_USD) {
    const cents = (size + NANO_PER_USD / 200n) / (NANO_PER_USD / 100n);
    return `${sign}$${grouped(cents / 100n)}.${String(cents % 100n).padStart(2, '0')}`;
  }
  const digits = size.toString().padStart(9, '0');
  const shown = Math.max(2, digits.search(/[1-9]/) + 2);
  return `${sign}$${(Number(size) / Number(NANO_PER_USD)).toFixed(Math.min(9, shown))}`;
}

function fraction(size: bigint, digits: number): string {
  const rest = (size % NANO_PER_USD).toString().padStart(9, '0').slice(0, digits);
  return /^0+$/.test(rest) ? '' : `.${rest}`;
}

function grouped(whole: bigint): string {
  return whole.toLocaleString('en-US');
}
