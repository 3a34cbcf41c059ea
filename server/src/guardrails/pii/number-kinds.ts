import {
  australianTaxFile,
  belgianId,
  cnpj,
  cpf,
  datedLuhn,
  elevenProof,
  frenchNir,
  germanTaxId,
  isDay,
  isRepeated,
  luhn,
  nhs,
  pesel,
  turkishId,
  verhoeff,
} from './check-digits.ts';

/** The digits of one to ten neighbouring groups, and how they are written. */
export interface NumberForm {
  readonly digits: string;
  /** Lengths of the groups: `3-2-4`. */
  readonly shape: string;
  /** The separators in order, joined by `|`. */
  readonly separators: string;
  readonly hasPlus: boolean;
  /** `(873) 320-6833`. */
  readonly hasBracket: boolean;
}

/** A kind of number that is known by its digits. */
export interface NumberKind {
  readonly type: string;
  readonly matches: (form: NumberForm) => boolean;
  /** Words shortly before (or right after) without which the kind is not believed. */
  readonly needs?: RegExp;
  /** Words shortly before that say it is something else. */
  readonly excludedBy?: RegExp;
  readonly score: number;
}

const NO_PERSON =
  /(?:order|invoice|tracking|isbn|issn|upc|ean|sku|version|release|build|ticket|part|model|serial|ref(?:erence)?|rfc|uuid|commit|timestamp|seats?|rows?|matrix|coordinates?|lat|lon|probability|#)[\s:#=.-]{0,3}(?:no\.?|number|id|nr)?[\s:#=.-]{0,3}$/i;
const PLAIN_OR_EVEN = /^(?:\||[ -]?(?:\|[ -])*)$/;

const CARD_BRANDS: readonly (readonly [prefix: RegExp, lengths: readonly number[]])[] = [
  [/^4/, [13, 16, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^(?:6011|64[4-9]|65)/, [16, 19]],
  [/^(?:30[0-5]|309|36|38|39)/, [14, 16]],
  [/^35/, [16]],
  [/^(?:2131|1800)/, [15]],
  [/^62/, [16, 17, 18, 19]],
  [/^(?:50|5[6-9]|6[0-9])/, [12, 13, 14, 15, 16, 17, 18, 19]],
  [/^220[0-4]/, [16]],
  [/^9792/, [16]],
];

function isCard({ digits, separators }: NumberForm): boolean {
  if (!/^(?:[ -](?:\|[ -])*)?$/.test(separators)) return false;
  return (
    CARD_BRANDS.some(([prefix, lengths]) => lengths.includes(digits.length) && prefix.test(digits)) &&
    luhn(digits) &&
    !isRepeated(digits)
  );
}

function isSsn({ digits, shape, separators }: NumberForm): boolean {
  if (shape !== '3-2-4' || !/^(?:-\|-| \| |\.\|\.)$/.test(separators)) return false;
  return isSsnNumber(digits);
}

function isSsnNumber(digits: string): boolean {
  return (
    !/^(?:000|666|9)/.test(digits) &&
    digits.slice(3, 5) !== '00' &&
    digits.slice(5) !== '0000' &&
    digits !== '123456789'
  );
}

const PHONE_WORDS =
  /(?:phone|tel(?:efon|ephone|éfono)?|mobile|mobil|cell|call|fax|whatsapp|sms|text|contact|number|nummer|num[eé]ro|handy|ring|reach|dial|hotline|registered|line|ph|☎|📞|[mtp](?=[.:]))\b[^\d]{0,24}$/i;
const DATE_SHAPE = /^(?:4-4|4-[12]-[12]|[12]-[12]-4|[12]-[12]-2|4-[12])$/;

/** Numbers with a country code, and the national forms that are hard to take for anything else. */
function isPhone({ digits, shape, separators, hasPlus, hasBracket }: NumberForm): boolean {
  if (isRepeated(digits)) return false;
  if (hasPlus) return digits.length >= 8 && digits.length <= 15;
  if (/^00[1-9]/.test(digits)) return digits.length >= 10 && digits.length <= 16;
  if (hasBracket) return digits.length >= 9 && digits.length <= 12 && shape !== '4-4';
  if (digits.length < 8 || digits.length > 12 || DATE_SHAPE.test(shape) || separators === '') return false;
  const isEven = /^(?:-(?:\|-)*| (?:\| )*|\.(?:\|\.)*|\/(?:\|[ -])*|-(?:\| )*| (?:\|-)*)$/.test(separators);
  if (!isEven) return false;
  if (shape === '3-3-4') return /^[2-9]|^0/.test(digits) && !(separators === '.|.' && digits.startsWith('0'));
  if (shape === '1-3-3-4') return /^[1078]/.test(digits);
  if (/^0/.test(digits) && digits.length >= 9) return true;
  return shape === '2-2-2-2-2' || (shape === '2-2-2-2' && separators.startsWith('-'));
}

/** Forms that are a telephone number only when the words say so. */
function mayBePhone({ digits, shape, separators }: NumberForm): boolean {
  return (
    digits.length >= 7 &&
    digits.length <= 13 &&
    !DATE_SHAPE.test(shape) &&
    !separators.includes('.') &&
    !isRepeated(digits)
  );
}

const BARE = /^$/;
const ID_WORDS = {
  cpf: /\bcpf\b/i,
  aadhaar: /aadhaar|aadhar|uidai/i,
  nhs: /\bnhs\b|national health|patient/i,
  ssn: /\bssn\b|social[ -]security|sozialversicherung/i,
  bsn: /\bbsn\b|burgerservice|sofi/i,
  sin: /\bsin\b|social insurance/i,
  tfn: /\btfn\b|tax file/i,
  medicare: /medicare/i,
  steuer: /steuer|tax id|\bidnr/i,
  pesel: /pesel/i,
  tckn: /t\.?c\.? ?kimlik|tckn|kimlik/i,
  personnummer: /person(?:nummer|al identity)|samordnings/i,
  rsa: /id number|identity|south africa|\brsa\b/i,
  passport: /passport|pasaporte|reisepass|passeport/i,
  licence: /driv(?:er|ing)(?:'?s)? li[cs]en[cs]e|\bdl\b|licen[cs]e (?:no|number|#)/i,
  account: /account|routing|konto|iban|sort code|acct/i,
  dob: /\b(?:born|dob|d\.o\.b|birth(?:day|date)?|date of birth|geboren|geburtsdatum|née?|nacid[oa])\b/i,
};

export const NUMBER_KINDS: readonly NumberKind[] = [
  {
    type: 'credit_card',
    matches: isCard,
    excludedBy: /(?:order|invoice|tracking|isbn|upc|ean|serial)[\s:#=.-]{0,3}(?:no\.?|number|id)?[\s:#=.-]{0,3}$/i,
    score: 0.95,
  },
  {
    type: 'br_cpf',
    matches: ({ digits, shape, separators }) =>
      digits.length === 11 && shape === '3-3-3-2' && separators === '.|.|-' && cpf(digits),
    score: 0.97,
  },
  {
    type: 'br_cnpj',
    matches: ({ digits, separators }) => digits.length === 14 && separators === '.|.|/|-' && cnpj(digits),
    score: 0.97,
  },
  { type: 'us_ssn', matches: isSsn, excludedBy: NO_PERSON, score: 0.9 },
  {
    type: 'us_ssn',
    matches: ({ digits, separators }) => digits.length === 9 && BARE.test(separators) && isSsnNumber(digits),
    needs: ID_WORDS.ssn,
    score: 0.85,
  },
  {
    type: 'us_itin',
    matches: ({ digits, shape }) => shape === '3-2-4' && /^9\d\d(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])/.test(digits),
    needs: /\bitin\b|taxpayer/i,
    score: 0.85,
  },
  {
    type: 'in_aadhaar',
    matches: ({ digits, shape, separators }) =>
      shape === '4-4-4' && !separators.includes('.') && /^[2-9]/.test(digits) && verhoeff(digits),
    score: 0.9,
  },
  {
    type: 'in_aadhaar',
    matches: ({ digits, separators }) =>
      digits.length === 12 && BARE.test(separators) && /^[2-9]/.test(digits) && verhoeff(digits),
    needs: ID_WORDS.aadhaar,
    score: 0.9,
  },
  {
    type: 'uk_nhs',
    matches: ({ digits, shape, separators }) =>
      digits.length === 10 && (shape === '3-3-4' || shape === '10') && PLAIN_OR_EVEN.test(separators) && nhs(digits),
    needs: ID_WORDS.nhs,
    score: 0.9,
  },
  {
    type: 'uk_nhs',
    matches: ({ digits, shape, separators }) => shape === '3-3-4' && separators === ' | ' && nhs(digits),
    score: 0.8,
  },
  {
    type: 'br_cpf',
    matches: ({ digits, separators }) => digits.length === 11 && BARE.test(separators) && cpf(digits),
    excludedBy: NO_PERSON,
    score: 0.85,
  },
  {
    type: 'pl_pesel',
    matches: ({ digits, separators }) => digits.length === 11 && BARE.test(separators) && pesel(digits),
    excludedBy: NO_PERSON,
    score: 0.8,
  },
  {
    type: 'de_tax_id',
    matches: ({ digits }) => digits.length === 11 && germanTaxId(digits),
    needs: ID_WORDS.steuer,
    score: 0.9,
  },
  {
    type: 'tr_id',
    matches: ({ digits, separators }) => digits.length === 11 && BARE.test(separators) && turkishId(digits),
    excludedBy: NO_PERSON,
    score: 0.8,
  },
  {
    type: 'nl_bsn',
    matches: ({ digits }) => digits.length === 9 && elevenProof(digits),
    needs: ID_WORDS.bsn,
    score: 0.9,
  },
  {
    type: 'ca_sin',
    matches: ({ digits, shape, separators }) =>
      (shape === '3-3-3' || (digits.length === 9 && separators === '')) && luhn(digits),
    needs: ID_WORDS.sin,
    score: 0.9,
  },
  {
    type: 'au_tfn',
    matches: ({ digits }) => digits.length === 9 && australianTaxFile(digits),
    needs: ID_WORDS.tfn,
    score: 0.9,
  },
  {
    type: 'au_medicare',
    matches: ({ digits }) => digits.length === 10 && /^[2-6]/.test(digits),
    needs: ID_WORDS.medicare,
    score: 0.8,
  },
  {
    type: 'be_national_number',
    matches: ({ digits, shape, separators }) => shape === '2-2-2-3-2' && separators === '.|.|-|.' && belgianId(digits),
    score: 0.95,
  },
  {
    type: 'se_personal_number',
    matches: ({ digits, shape, separators }) => shape === '6-4' && separators === '-' && datedLuhn(digits),
    score: 0.85,
  },
  {
    type: 'se_personal_number',
    matches: ({ digits, shape, separators }) => shape === '8-4' && separators === '-' && datedLuhn(digits.slice(2)),
    score: 0.9,
  },
  {
    type: 'za_id',
    matches: ({ digits, separators }) => digits.length === 13 && BARE.test(separators) && datedLuhn(digits),
    needs: ID_WORDS.rsa,
    score: 0.85,
  },
  {
    type: 'kr_resident_number',
    matches: ({ digits, shape, separators }) =>
      shape === '6-7' &&
      separators === '-' &&
      /^[1-8]/.test(digits.slice(6)) &&
      isDay(Number(digits.slice(2, 4)), Number(digits.slice(4, 6))),
    score: 0.85,
  },
  { type: 'fr_nir', matches: ({ digits }) => digits.length === 15 && frenchNir(digits), score: 0.9 },
  {
    type: 'ar_cuit',
    matches: ({ digits, shape, separators }) =>
      shape === '2-8-1' && separators === '-|-' && /^(?:20|2[3-7]|3[034])/.test(digits),
    score: 0.8,
  },
  {
    type: 'passport_number',
    matches: ({ digits, separators }) => BARE.test(separators) && digits.length >= 8 && digits.length <= 9,
    needs: ID_WORDS.passport,
    score: 0.8,
  },
  {
    type: 'driver_license',
    matches: ({ digits, separators }) => BARE.test(separators) && digits.length >= 6 && digits.length <= 10,
    needs: ID_WORDS.licence,
    score: 0.75,
  },
  {
    type: 'date_of_birth',
    matches: ({ shape }) => /^(?:4-[12]-[12]|[12]-[12]-4|[12]-[12]-2)$/.test(shape),
    needs: ID_WORDS.dob,
    score: 0.8,
  },
  { type: 'phone_number', matches: isPhone, excludedBy: NO_PERSON, score: 0.8 },
  { type: 'phone_number', matches: mayBePhone, needs: PHONE_WORDS, excludedBy: NO_PERSON, score: 0.75 },
  {
    type: 'bank_account',
    matches: ({ digits, separators }) => BARE.test(separators) && digits.length >= 8 && digits.length <= 12,
    needs: /\b(?:bank account|account (?:no|number|#)|acct|routing number|kontonummer)\b[^\d\n]{0,12}$/i,
    score: 0.7,
  },
];
