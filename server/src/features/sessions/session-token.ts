import { createHmac, timingSafeEqual } from 'node:crypto';
import { asArray, parseJson } from '../../kernel/json.ts';

/** What a session cookie says. Nothing in it is secret; the signature makes it true. */
export interface SessionFacts {
  /** 128 random bits, hex. */
  readonly id: string;
  readonly keyId: string;
  /** Epoch ms of the sign-in. */
  readonly startedAt: number;
  /** Epoch ms of the latest request that was noted in it. */
  readonly seenAt: number;
}

/** `payload.signature`, both urlsafe base64. */
export function writeToken(facts: SessionFacts, secret: Buffer): string {
  const { id, keyId, startedAt, seenAt } = facts;
  const payload = Buffer.from(JSON.stringify([id, keyId, startedAt, seenAt])).toString('base64url');
  return `${payload}.${signature(payload, secret)}`;
}

/** What a token says, before anybody knows whether it is true. */
export function readToken(token: string): SessionFacts | undefined {
  const [payload = ''] = token.split('.');
  const [id, keyId, startedAt, seenAt] = asArray(parseJson(Buffer.from(payload, 'base64url').toString())) ?? [];
  if (typeof id !== 'string' || typeof keyId !== 'string') return undefined;
  if (typeof startedAt !== 'number' || typeof seenAt !== 'number') return undefined;
  return { id, keyId, startedAt, seenAt };
}

/** Did the holder of the secret write this token? */
export function isGenuine(token: string, secret: Buffer): boolean {
  const [payload = '', given = ''] = token.split('.');
  const expected = Buffer.from(signature(payload, secret));
  const shown = Buffer.from(given);
  return shown.length === expected.length && timingSafeEqual(shown, expected);
}

/** What a page must send back to prove that it can read our replies; the same as long as the session lives. */
export function csrfToken(sessionId: string, secret: Buffer): string {
  return createHmac('sha256', secret).update(`csrf ${sessionId}`).digest('base64url');
}

export function isSameToken(given: string, expected: string): boolean {
  const left = Buffer.from(given);
  const right = Buffer.from(expected);
  return left.length === right.length && timingSafeEqual(left, right);
}

function signature(payload: string, secret: Buffer): string {
  return createHmac('sha256', secret).update(`session ${payload}`).digest('base64url');
}
