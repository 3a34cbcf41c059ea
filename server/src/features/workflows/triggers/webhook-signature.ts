import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { MINUTE_MS, SECOND_MS } from '../../../kernel/time.ts';

const TOLERANCE_MS = 5 * MINUTE_MS;
const SECRET_BYTES = 32;
/** `t` is Unix seconds, `v1` the HMAC in hexadecimal digits; more pairs may follow. */
const HEADER = /^t=(\d{1,15}),\s*v1=([0-9a-f]{64})(?:,.*)?$/i;

/** A secret of a webhook; 256 random bits. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64url')}`;
}

/** The header `x-weir-signature` for a body: HMAC-SHA-256 over `t.body`, keyed with the secret's text. */
export function signWebhook(secret: string, of: { body: Buffer | string; atMs: number }): string {
  const seconds = String(Math.floor(of.atMs / SECOND_MS));
  return `t=${seconds},v1=${hmac(secret, seconds, of.body).toString('hex')}`;
}

/**
 * The signature of a delivery, which names it: a replay has the same. Undefined: the header is missing, older or newer than
 * five minutes, or not made with this secret over this body.
 */
export function verifyWebhook(
  secret: string,
  of: { header: string | undefined; body: Buffer; nowMs: number },
): string | undefined {
  const [, seconds = '', given = ''] = HEADER.exec(of.header ?? '') ?? [];
  const expected = hmac(secret, seconds, of.body);
  const isSame = timingSafeEqual(expected, Buffer.from(given.padStart(64, '0'), 'hex'));
  const isNear = Math.abs(of.nowMs - Number(seconds) * SECOND_MS) <= TOLERANCE_MS;
  return given !== '' && isSame && isNear ? given.toLowerCase() : undefined;
}

function hmac(secret: string, seconds: string, body: Buffer | string): Buffer {
  return createHmac('sha256', secret).update(`${seconds}.`).update(body).digest();
}
