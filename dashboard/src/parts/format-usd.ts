import { formatMoney } from './format-money.ts';

const NANO_PER_USD = 1e9;

/** USD as a JSON number, as reports give it: as `formatMoney`. */
export function formatUsd(usd: number): string {
  return formatMoney(BigInt(Math.round(usd * NANO_PER_USD)));
}
