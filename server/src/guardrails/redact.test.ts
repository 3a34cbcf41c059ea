import { describe, expect, it } from 'vitest';
import { redact } from './redact.ts';

const at = (type: string, start: number, end: number) => ({ type, start, end, score: 1 });

describe('redaction', () => {
  it('puts the type in place of each detection', () => {
    expect(redact('mail a@b.co or call 555', [at('email', 5, 11), at('phone_number', 20, 23)])).toBe(
      'mail [EMAIL] or call [PHONE_NUMBER]',
    );
  });

  it('leaves a text without detections as it is', () => {
    expect(redact('nothing here', [])).toBe('nothing here');
  });

  it('leaves nothing of detections that overlap, whatever their order', () => {
    expect(redact('0123456789', [at('inner', 4, 6), at('outer', 2, 8), at('late', 7, 9)])).toBe('01[OUTER]9');
  });

  it('ignores a detection without characters', () => {
    expect(redact('abc', [at('empty', 1, 1)])).toBe('abc');
  });
});
