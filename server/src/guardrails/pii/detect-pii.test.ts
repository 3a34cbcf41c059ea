import { describe, expect, it } from 'vitest';
import { requirement } from '../../../../test/support/requirement.ts';
import { redact } from '../redact.ts';
import { piiDetector } from './detect-pii.ts';

function find(text: string): string[] {
  return piiDetector.full(text, 'user').detections.map(({ type, start, end }) => `${type}: ${text.slice(start, end)}`);
}

describe(requirement('A7'), () => {
  it.each([
    ['email', 'ada.lovelace+news@mail.example.co.uk'],
    ['email', 'jörg@bücher.example'],
    ['phone_number', '+44 20 7946 0958'],
    ['phone_number', '(415) 555-2671'],
    ['phone_number', '0176-98739521'],
    ['us_ssn', '536-22-8741'],
    ['credit_card', '4111 1111 1111 1111'],
    ['credit_card', '378282246310005'],
    ['iban', 'DE89 3704 0044 0532 0130 00'],
    ['iban', 'GB82WEST12345698765432'],
    ['ip_address', '203.0.113.77'],
    ['ip_address', '2001:db8:85a3::8a2e:370:7334'],
    ['mac_address', '6d:45:f9:89:43:a4'],
    ['br_cpf', '529.982.247-25'],
    ['uk_nhs', '943 476 5919'],
    ['pl_pesel', '44051401359'],
    ['in_aadhaar', '2341 2341 2346'],
    ['uk_nino', 'AB 12 34 56 C'],
    ['es_dni', '12345678Z'],
    ['it_fiscal_code', 'RSSMRA85T10A562S'],
    ['fr_nir', '2 69 05 49 588 157 80'],
    ['cn_id', '11010519491231002X'],
    ['crypto_address', '0x52908400098527886E0F7030069857D2E4169EE7'],
  ])('finds %s in a sentence: %s', (type, value) => {
    expect(find(`Please note ${value} for later.`)).toEqual([`${type}: ${value}`]);
  });
});

describe('a number whose check digit is wrong', () => {
  it.each([
    '4111 1111 1111 1112',
    'GB82WEST12345698765433',
    '529.982.247-26',
    '44051401358',
    '2341 2341 2347',
    '12345678A',
    '11010519491231002Y',
  ])('is not taken for personal data: %s', (value) => {
    expect(find(`the value ${value} here`)).toEqual([]);
  });
});

describe('numbers of other things', () => {
  it.each([
    'version 14.0.6.7 released',
    'order #1281667101507561 shipped',
    'ISBN 978-0-30-107571-8',
    'invoice 918-24-5578',
    'timestamp 1667292436994',
    'Meeting 2024-05-25 10:00-11:30',
    'uuid 30422ced-3bea-46ef-a1b9-da2494ed3889',
    'git commit cae8f99785d6d7cbd23152fe00163448c0bd6b15',
    'coordinates 52.739976, 13.074378',
    'import x from "@scope/pkg@3.0.5"',
    'from 1948 to 1953, pages 12-18',
    'http://127.0.0.1:8080/health',
  ])('are let pass: %s', (text) => {
    expect(find(text)).toEqual([]);
  });
});

describe('words around a number', () => {
  it('make seven digits a telephone number', () => {
    expect(find('call me at 467 3395 tonight')).toEqual(['phone_number: 467 3395']);
    expect(find('we sold 467 3395 times')).toEqual([]);
  });

  it('make nine digits a social security number', () => {
    expect(find('my SSN is 536228741')).toEqual(['us_ssn: 536228741']);
    expect(find('the population is 536228741')).toEqual([]);
  });
});

it('is redacted without changing anything else', () => {
  const text = 'Mail ada@example.org or call +44 20 7946 0958; the card is 4111 1111 1111 1111.';
  expect(redact(text, piiDetector.full(text, 'user').detections)).toBe(
    'Mail [EMAIL] or call [PHONE_NUMBER]; the card is [CREDIT_CARD].',
  );
});
