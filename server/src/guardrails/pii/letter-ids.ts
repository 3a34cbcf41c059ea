import type { Detection } from '../../ports/guardrail.ts';
import { asBytes, byteTable } from '../text/bytes.ts';
import { chineseId, mod97 } from './check-digits.ts';

/** Identifiers with letters in them. Every pattern starts with a fixed-width class and is checked afterwards. */
interface LetterId {
  readonly type: string;
  readonly pattern: RegExp;
  readonly isValid?: (compact: string) => boolean;
  readonly needs?: RegExp;
  readonly score: number;
}

const IBAN_LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20'
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

const DNI_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE';

export const LETTER_IDS: readonly LetterId[] = [
  {
    type: 'uk_nino',
    pattern: /\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-D]\b/iy,
    isValid: (id) => !/^(?:BG|GB|NK|KN|TN|NT|ZZ)/i.test(id),
    score: 0.9,
  },
  { type: 'crypto_address', pattern: /\b0x[0-9a-fA-F]{40}\b/y, score: 0.95 },
  { type: 'crypto_address', pattern: /\bbc1[ac-hj-np-z02-9]{25,71}\b/y, score: 0.95 },
  {
    type: 'crypto_address',
    pattern: /\b[13][a-km-zA-HJ-NP-Z1-9]{25,34}\b/y,
    isValid: (id) => /[a-z]/.test(id) && /[A-Z]/.test(id) && /\d/.test(id.slice(1)),
    score: 0.8,
  },
  {
    type: 'es_dni',
    pattern: /\b\d{8}-?[A-HJ-NP-TV-Z]\b/y,
    isValid: (id) => DNI_LETTERS[Number(id.slice(0, 8)) % 23] === id.charAt(8),
    score: 0.9,
  },
  {
    type: 'es_nie',
    pattern: /\b[XYZ]-?\d{7}-?[A-HJ-NP-TV-Z]\b/y,
    isValid: (id) => DNI_LETTERS[Number(`${'XYZ'.indexOf(id.charAt(0))}${id.slice(1, 8)}`) % 23] === id.charAt(8),
    score: 0.9,
  },
  { type: 'it_fiscal_code', pattern: /\b[A-Z]{6}\d{2}[A-EHLMPR-T]\d{2}[A-Z]\d{3}[A-Z]\b/iy, score: 0.95 },
  {
    type: 'fi_hetu',
    pattern: /\b\d{6}[-+A]\d{3}[0-9A-FHJ-NPR-Y]\b/y,
    isValid: (id) =>
      '0123456789ABCDEFHJKLMNPRSTUVWXY'.charAt(Number(id.slice(0, 6) + id.slice(-4, -1)) % 31) === id.slice(-1),
    score: 0.9,
  },
  { type: 'in_pan', pattern: /\b[A-Z]{3}[ABCFGHLJPT][A-Z]\d{4}[A-Z]\b/y, score: 0.85 },
  { type: 'mx_curp', pattern: /\b[A-Z]{4}\d{6}[HM][A-Z]{5}[0-9A-Z]\d\b/y, score: 0.95 },
  { type: 'sg_nric', pattern: /\b[STFGM]\d{7}[A-Z]\b/y, isValid: isNric, score: 0.9 },
  { type: 'cl_rut', pattern: /\b\d{1,2}\.\d{3}\.\d{3}-[\dkK]\b/y, isValid: isRut, score: 0.9 },
  { type: 'cn_id', pattern: /\b\d{17}[\dXx]\b/y, isValid: chineseId, score: 0.95 },
  {
    type: 'passport_number',
    pattern: /\b[A-Z]{1,3}\d{6,8}\b/y,
    needs: /passport|pasaporte|reisepass|passeport|passaporto/i,
    score: 0.8,
  },
  {
    type: 'driver_license',
    pattern: /\b[A-Z]{1,2}\d{6,14}\b/y,
    needs: /driv(?:er|ing)|licen[cs]e|permis|führerschein/i,
    score: 0.75,
  },
  {
    type: 'de_id_card',
    pattern: /\b[CFGHJKLMNPRTVWXYZ][0-9CFGHJKLMNPRTVWXYZ]{8}\b/y,
    isValid: (id) => (id.match(/\d/g)?.length ?? 0) >= 3,
    needs: /personalausweis|ausweis|id card|identity card/i,
    score: 0.75,
  },
  {
    type: 'vehicle_id',
    pattern: /\b[A-HJ-NPR-Z0-9]{17}\b/y,
    isValid: (id) => /[A-Z]/.test(id) && /\d/.test(id),
    needs: /\bvin\b|vehicle/i,
    score: 0.8,
  },
  {
    type: 'uk_postcode',
    pattern: /\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b/y,
    needs: /address|postcode|street|road|lane|live/i,
    score: 0.6,
  },
];

const IBAN = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{1,4}){2,8}\b/iy;
const CONTEXT = 40;

const WORD = byteTable(/[0-9A-Za-z_]/);
const DIGIT = byteTable(/[0-9]/);
/** A word shorter than this is an identifier only together with what follows it, as in `JM 72 51 06 B`. */
const MIN_WHOLE = 7;
/** Words looked at per text. */
const MAX_CANDIDATES = 4000;

/** Identifiers mix letters and digits: only such words, and two letters before digits, are looked at. */
export function findLetterIds(text: string): Detection[] {
  const detections: Detection[] = [];
  for (const position of candidateStarts(text)) {
    const iban = ibanAt(text, position);
    if (iban !== undefined) detections.push(iban);
    for (const { type, pattern, isValid, needs, score } of LETTER_IDS) {
      pattern.lastIndex = position;
      const match = pattern.exec(text);
      if (match === null || isValid?.(match[0].replace(/[ -]/g, '')) === false) continue;
      if (needs?.test(text.slice(Math.max(0, position - CONTEXT), position)) === false) continue;
      detections.push({ type, start: position, end: position + match[0].length, score });
    }
  }
  return detections;
}

function candidateStarts(text: string): number[] {
  const bytes = asBytes(text);
  const starts: number[] = [];
  for (let position = 0; position < text.length && starts.length < MAX_CANDIDATES; ) {
    if (WORD[bytes[position] as number] === 0) {
      position += 1;
      continue;
    }
    const start = position;
    let digits = 0;
    while (position < text.length && WORD[bytes[position] as number] === 1)
      digits += DIGIT[bytes[position++] as number] as number;
    const length = position - start;
    const goesOn = isSeparator(bytes[position]) && (DIGIT[bytes[position + 1] ?? 0] === 1 || digits >= 6);
    const isMixed = digits > 0 && digits < length && (length >= MIN_WHOLE || goesOn || length === 4);
    if (isMixed || (length === 2 && digits === 0 && goesOn) || (digits === length && (goesOn || length === 18)))
      starts.push(start);
  }
  return starts;
}

/** Space, dash, dot or plus. */
function isSeparator(code: number | undefined): boolean {
  return code === 32 || code === 45 || code === 46 || code === 43;
}

/** The country gives the length, and the whole number leaves 1 modulo 97. */
function ibanAt(text: string, position: number): Detection | undefined {
  const length = IBAN_LENGTHS[text.slice(position, position + 2).toUpperCase()];
  if (length === undefined) return undefined;
  IBAN.lastIndex = position;
  const run = IBAN.exec(text)?.[0];
  if (run === undefined) return undefined;
  let end = 0;
  let compact = '';
  for (; end < run.length && compact.length < length; end++) compact += run.charAt(end).trim();
  const isWhole = end === run.length || run.charAt(end) === ' ';
  if (compact.length !== length || !isWhole || mod97(compact.slice(4) + compact.slice(0, 4)) !== 1) return undefined;
  return { type: 'iban', start: position, end: position + end, score: 0.98 };
}

function isNric(id: string): boolean {
  const sum = [2, 7, 6, 5, 4, 3, 2].reduce((total, weight, index) => total + weight * Number(id.charAt(index + 1)), 0);
  const offset = { S: 0, F: 0, T: 4, G: 4, M: 3 }[id.charAt(0)] ?? 0;
  const letters =
    { S: 'JZIHGFEDCBA', T: 'JZIHGFEDCBA', F: 'XWUTRQPNMLK', G: 'XWUTRQPNMLK', M: 'XWUTRQPNJLK' }[id.charAt(0)] ?? '';
  return letters.charAt((sum + offset) % 11) === id.charAt(8);
}

function isRut(id: string): boolean {
  const compact = id.replace(/\./g, '');
  let sum = 0;
  for (let i = 0; i < compact.length - 1; i++) sum += Number(compact.charAt(compact.length - 2 - i)) * (2 + (i % 6));
  return '0K987654321'.charAt(sum % 11) === compact.slice(-1).toUpperCase();
}
