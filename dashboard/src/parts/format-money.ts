const NANO_PER_USD = 1_000_000_000n;
/** Made once: what `toLocaleString` looks up each time takes a tenth of the script of a long list. */
const GROUPED = new Intl.NumberFormat('en-US');

/**
 * Nano-USD, as the server gives it (text or a whole number), for people: `$12.40`, `$0.0031`, `$0`. Below a dollar two digits
 * that say something; `exact` shows all nine decimals there are; `places` shows so many, for columns that are compared.
 */
export function formatMoney(
  nanoUsd: string | number | bigint,
  options: { readonly exact?: boolean; readonly places?: number } = {},
): string {
  const nano = BigInt(nanoUsd);
  const size = nano < 0n ? -nano : nano;
  const sign = nano < 0n ? '−' : '';
  if (size === 0n) return '$0';
  if (options.places !== undefined) return `${sign}$${inPlaces(size, options.places)}`;
  if (options.exact === true) return `${sign}$${grouped(size / NANO_PER_USD)}${fraction(size, 9).replace(/0+$/, '')}`;
  if (size >= NANO_PER_USD) return `${sign}$${inPlaces(size, 2)}`;
  const digits = size.toString().padStart(9, '0');
  const shown = Math.max(2, digits.search(/[1-9]/) + 2);
  return `${sign}$${inPlaces(size, Math.min(9, shown))}`;
}

/** Rounded to so many decimals, at most nine. */
function inPlaces(size: bigint, places: number): string {
  const unit = 10n ** BigInt(9 - places);
  const rounded = (size + unit / 2n) / unit;
  const perUsd = 10n ** BigInt(places);
  return `${grouped(rounded / perUsd)}.${String(rounded % perUsd).padStart(places, '0')}`;
}

function fraction(size: bigint, digits: number): string {
  const rest = (size % NANO_PER_USD).toString().padStart(9, '0').slice(0, digits);
  return /^0+$/.test(rest) ? '' : `.${rest}`;
}

function grouped(whole: bigint): string {
  return GROUPED.format(whole);
}
