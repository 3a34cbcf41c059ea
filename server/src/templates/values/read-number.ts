import { trim } from '../methods/trim.ts';
import { unsupported } from '../refusal.ts';

const INTEGER = /^[-+]?[0-9]+(?:_[0-9]+)*$/;
const FLOAT =
  /^[-+]?(?:[0-9]+(?:_[0-9]+)*\.?(?:[0-9]+(?:_[0-9]+)*)?|\.[0-9]+(?:_[0-9]+)*)(?:e[-+]?[0-9]+(?:_[0-9]+)*)?$/i;
const WORD = /^[-+]?(?:inf|infinity|nan)$/i;

/** Python's `int(text)`; undefined when it is none. */
export function readInteger(text: string): number | undefined {
  const digits = numeral(text);
  return INTEGER.test(digits) ? Number(digits.replaceAll('_', '')) : undefined;
}

/** Python's `float(text)`; undefined when it is none. */
export function readFloat(text: string): number | undefined {
  const digits = numeral(text);
  if (FLOAT.test(digits)) return Number(digits.replaceAll('_', ''));
  if (WORD.test(digits)) throw unsupported('inf and nan as text are not supported');
  return undefined;
}

function numeral(text: string): string {
  const digits = trim(text, 'both', undefined);
  if (/(?=[\u0080-\uffff])\p{Nd}/u.test(digits)) throw unsupported('numbers have to be written in ASCII digits');
  return digits;
}
