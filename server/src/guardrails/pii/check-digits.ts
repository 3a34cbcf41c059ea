/** Check-digit rules of identifiers. All take the digits (or letters) without separators. */

export function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digitAt(digits, digits.length - 1 - i);
    const doubled = digit * 2;
    sum += i % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

const DIHEDRAL_PRODUCT = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
];
const DIHEDRAL_PERMUTATION = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
];

/** Aadhaar. */
export function verhoeff(digits: string): boolean {
  let check = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digitAt(digits, digits.length - 1 - i);
    const permuted = digitAt(DIHEDRAL_PERMUTATION[i % 8] ?? '', digit);
    check = digitAt(DIHEDRAL_PRODUCT[check] ?? '', permuted);
  }
  return check === 0;
}

/** The weighted sum of the leading digits, one weight each. */
export function weightedSum(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + weight * digitAt(digits, index), 0);
}

export function nhs(digits: string): boolean {
  const check = 11 - (weightedSum(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11);
  return check !== 10 && check % 11 === digitAt(digits, 9);
}

export function cpf(digits: string): boolean {
  if (isRepeated(digits)) return false;
  const first = (weightedSum(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11;
  const second = (weightedSum(digits, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11;
  return first % 10 === digitAt(digits, 9) && second % 10 === digitAt(digits, 10);
}

export function cnpj(digits: string): boolean {
  const weights = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
  const check = (sum: number) => (sum % 11 < 2 ? 0 : 11 - (sum % 11));
  return (
    !isRepeated(digits) &&
    check(weightedSum(digits, weights.slice(1))) === digitAt(digits, 12) &&
    check(weightedSum(digits, weights)) === digitAt(digits, 13)
  );
}

export function pesel(digits: string): boolean {
  const check = (10 - (weightedSum(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10;
  const month = Number(digits.slice(2, 4)) % 20;
  return check === digitAt(digits, 10) && isDay(month, Number(digits.slice(4, 6)));
}

/** Dutch BSN. */
export function elevenProof(digits: string): boolean {
  return !isRepeated(digits) && weightedSum(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0;
}

/** German tax id: ISO 7064 mod 11,10 and one digit used twice or thrice among the first ten. */
export function germanTaxId(digits: string): boolean {
  const distinct = new Set(digits.slice(0, 10)).size;
  if (digits.startsWith('0') || distinct < 8 || distinct > 9) return false;
  let product = 10;
  for (let i = 0; i < 10; i++) {
    const sum = (digitAt(digits, i) + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return (11 - product) % 10 === digitAt(digits, 10);
}

/** Turkish identity number. */
export function turkishId(digits: string): boolean {
  if (digits.startsWith('0')) return false;
  const odd = weightedSum(digits, [1, 0, 1, 0, 1, 0, 1, 0, 1]);
  const even = weightedSum(digits, [0, 1, 0, 1, 0, 1, 0, 1]);
  const tenth = (((odd * 7 - even) % 10) + 10) % 10;
  return tenth === digitAt(digits, 9) && (odd + even + tenth) % 10 === digitAt(digits, 10);
}

/** Chinese resident identity number, 17 digits and a digit or X. */
export function chineseId(id: string): boolean {
  const sum = weightedSum(id, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
  const isDate = /^(?:19|20)/.test(id.slice(6)) && isDay(Number(id.slice(10, 12)), Number(id.slice(12, 14)));
  return isDate && '10X98765432'.charAt(sum % 11) === id.charAt(17).toUpperCase();
}

/** French social security number, 13 digits and a two-digit key. */
export function frenchNir(digits: string): boolean {
  const month = Number(digits.slice(3, 5));
  return (
    /^[12]/.test(digits) &&
    month >= 1 &&
    month <= 42 &&
    97n - (BigInt(digits.slice(0, 13)) % 97n) === BigInt(digits.slice(13))
  );
}

/** Belgian national number: the first nine digits modulo 97, with a 2 in front for births from 2000. */
export function belgianId(digits: string): boolean {
  const key = Number(digits.slice(9));
  const body = digits.slice(0, 9);
  const isDate = isDay(Number(digits.slice(2, 4)), Number(digits.slice(4, 6)));
  return isDate && (97 - (Number(body) % 97) === key || 97 - (Number(`2${body}`) % 97) === key);
}

export function australianTaxFile(digits: string): boolean {
  return weightedSum(digits, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0;
}

/** Swedish and South African numbers: a birth date and Luhn. */
export function datedLuhn(digits: string): boolean {
  return isDay(Number(digits.slice(2, 4)), Number(digits.slice(4, 6)) % 60) && luhn(digits);
}

/** The remainder of letters and digits, letters counting from A = 10, modulo 97: 1 for a valid IBAN moved around. */
export function mod97(text: string): number {
  let remainder = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const value = code <= 57 ? code - 48 : (code & 0xdf) - 55;
    remainder = (value > 9 ? remainder * 100 + value : remainder * 10 + value) % 97;
  }
  return remainder;
}

export function isDay(month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

export function isRepeated(digits: string): boolean {
  return digits === digits.charAt(0).repeat(digits.length);
}

function digitAt(digits: string, index: number): number {
  return digits.charCodeAt(index) - 48;
}
