import { unsupported } from '../refusal.ts';
import { exponentDigits, fixedDigits } from './round-decimal.ts';

/** Wider fields and longer fractions are refused. */
export const MAX_WIDTH = 10_000;
const MAX_PLACES = 100;

export interface FloatFormat {
  readonly kind: 'e' | 'f' | 'g';
  readonly isUpper: boolean;
  readonly places: number;
  /** The `#` flag: the point stays. */
  readonly isAlternate: boolean;
}

/** The digits of a float without its sign, as C and Python write them. */
export function formatFloat(value: number, format: FloatFormat): string {
  if (format.places > MAX_PLACES) throw unsupported(`more than ${MAX_PLACES} decimal places are not supported`);
  const text = Number.isFinite(value) ? finite(value, format) : Number.isNaN(value) ? 'nan' : 'inf';
  return format.isUpper ? text.toUpperCase() : text;
}

function finite(value: number, { kind, places, isAlternate }: FloatFormat): string {
  if (kind === 'f') return fixedDigits(value, places) + (isAlternate && places === 0 ? '.' : '');
  if (kind === 'e') {
    const { digits, exponent } = exponentDigits(value, places);
    return withExponent(digits, exponent, isAlternate);
  }
  const precision = Math.max(1, places);
  const { digits, exponent } = exponentDigits(value, precision - 1);
  if (exponent < -4 || exponent >= precision) {
    return withExponent(isAlternate ? digits : digits.replace(/0+$/, '') || '0', exponent, isAlternate);
  }
  const text = fixedDigits(value, precision - 1 - exponent);
  if (isAlternate) return text.includes('.') ? text : `${text}.`;
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function withExponent(...[digits, exponent, isAlternate]: [string, number, boolean]): string {
  const point = digits.length > 1 || isAlternate ? '.' : '';
  const power = String(Math.abs(exponent)).padStart(2, '0');
  return `${digits.charAt(0)}${point}${digits.slice(1)}e${exponent < 0 ? '-' : '+'}${power}`;
}

/** The digits of a whole number without its sign. */
export function formatInteger(value: number, letter: string): string {
  const magnitude = Math.abs(value);
  if (letter === 'x') return magnitude.toString(16);
  if (letter === 'X') return magnitude.toString(16).toUpperCase();
  if (letter === 'o') return magnitude.toString(8);
  return letter === 'b' ? magnitude.toString(2) : magnitude.toString();
}
