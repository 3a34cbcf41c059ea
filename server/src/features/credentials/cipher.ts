import { type CipherKey, createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Nonces drawn in bulk: one system call per 16 KiB. Each is used once and at once. */
const nonces = Buffer.alloc(NONCE_BYTES * 1365);
let drawn = nonces.length;

function freshNonce(): Buffer {
  if (drawn === nonces.length) {
    randomFillSync(nonces);
    drawn = 0;
  }
  drawn += NONCE_BYTES;
  return nonces.subarray(drawn - NONCE_BYTES, drawn);
}

/**
 * AES-256-GCM under a fresh nonce; gives base64 of nonce, ciphertext and tag. A key that is used often should be a KeyObject:
 * made of bytes anew it costs several times the work itself.
 */
export function encrypt(key: CipherKey, plain: Buffer, associated: string): string {
  const nonce = freshNonce();
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(associated));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64');
}

/** Undefined when the key is another one, or the text or what it is bound to was changed. */
export function decrypt(key: CipherKey, sealed: string, associated: string): Buffer | undefined {
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const end = bytes.length - TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(associated)).setAuthTag(bytes.subarray(end));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, end)), decipher.final()]);
  } catch {
    return undefined;
  }
}
