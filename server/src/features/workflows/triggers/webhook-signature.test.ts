import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { newWebhookSecret, signWebhook, verifyWebhook } from './webhook-signature.ts';

const NOW = Date.parse('2026-11-28T10:00:00Z');
const BODY = Buffer.from('{"order": 7}');
const SECRET = newWebhookSecret();

const verify = (header: string | undefined, of: { body?: Buffer; nowMs?: number; secret?: string } = {}) =>
  verifyWebhook(of.secret ?? SECRET, { header, body: of.body ?? BODY, nowMs: of.nowMs ?? NOW });

describe('the signature of a webhook', () => {
  test('is HMAC-SHA-256 over the time, a dot and the body', () => {
    const seconds = NOW / 1000;
    const v1 = createHmac('sha256', SECRET).update(`${seconds}.{"order": 7}`).digest('hex');
    expect(signWebhook(SECRET, { body: BODY, atMs: NOW })).toBe(`t=${seconds},v1=${v1}`);
    expect(verify(`t=${seconds},v1=${v1}`)).toBe(v1);
    expect(verify(`t=${seconds}, v1=${v1.toUpperCase()},v0=old`)).toBe(v1);
  });

  test('holds for five minutes in both directions', () => {
    const header = signWebhook(SECRET, { body: BODY, atMs: NOW });
    for (const minutes of [-5, 5]) expect(verify(header, { nowMs: NOW + minutes * 60_000 })).toBeDefined();
    for (const minutes of [-5, 5]) expect(verify(header, { nowMs: NOW + minutes * 60_001 })).toBeUndefined();
  });

  test('does not hold for another body, secret or time, or when it is no signature', () => {
    const header = signWebhook(SECRET, { body: BODY, atMs: NOW });
    expect(verify(header, { body: Buffer.from('{"order": 8}') })).toBeUndefined();
    expect(verify(header, { secret: newWebhookSecret() })).toBeUndefined();
    expect(verify(header.replace(/^t=(\d+)/, (_, t) => `t=${Number(t) + 1}`))).toBeUndefined();
    const zeros = `t=${NOW / 1000},v1=${'0'.repeat(64)}`;
    for (const wrong of [undefined, '', 'v1=', header.slice(0, -1), `${header}0`, `x${header}`, zeros]) {
      expect(verify(wrong)).toBeUndefined();
    }
  });
});
