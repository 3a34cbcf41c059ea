import { createHash } from 'node:crypto';

const OURS = 'SimSig';

/** Proof that a thinking block came from here and was not changed. */
export function signThinking(thinking: string): string {
  return `${OURS}${createHash('sha256').update(`thinking|${thinking}`).digest('base64')}`;
}

/** A signature that this simulator made must fit its text; of strangers' signatures only the presence is checked. */
export function isSignatureValid(thinking: string, signature: unknown): boolean {
  if (typeof signature !== 'string' || signature === '') return false;
  return !signature.startsWith(OURS) || signature === signThinking(thinking);
}
