import { createHmac, hash, hkdfSync, timingSafeEqual } from 'node:crypto';
import { inspect } from 'node:util';
import { WeirError } from '../../kernel/errors.ts';
import { decrypt, encrypt } from './cipher.ts';

const KEY_BYTES = 32;

/** The key that everything secret at rest is encrypted with. Printing it, in any way, shows only its id. */
export class MasterKey {
  readonly #bytes: Buffer;
  /** First 8 hex digits of its SHA-256: names the key without telling it. */
  readonly id: string;
  /** The setting or file it came from, for messages. */
  readonly source: string;

  private constructor(bytes: Buffer, source: string) {
    this.#bytes = bytes;
    this.id = hash('sha256', bytes, 'hex').slice(0, 8);
    this.source = source;
  }

  /** Reads 32 bytes in base64 or urlsafe base64, padded or not. The error names the setting and never repeats the value. */
  static parse(text: string, source: string): MasterKey {
    const trimmed = text.trim();
    const bytes = Buffer.from(trimmed, 'base64');
    if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(trimmed) || bytes.length !== KEY_BYTES) {
      throw new WeirError('config.invalid', {
        message: `${source} must be ${KEY_BYTES} random bytes in base64 (make one with: openssl rand -base64 32).`,
      });
    }
    return new MasterKey(bytes, source);
  }

  encrypt(plain: Buffer, associated: string): string {
    return encrypt(this.#bytes, plain, associated);
  }

  decrypt(sealed: string, associated: string): Buffer | undefined {
    return decrypt(this.#bytes, sealed, associated);
  }

  /** A key for one purpose; nobody who learns it learns this one. */
  derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.#bytes, Buffer.alloc(0), purpose, KEY_BYTES));
  }

  /** Proof that a text was made by this key. */
  signs(text: string, signature: string): boolean {
    const expected = Buffer.from(this.sign(text), 'hex');
    const given = Buffer.from(signature, 'hex');
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  sign(text: string): string {
    return createHmac('sha256', this.derive('weir check value')).update(text).digest('hex');
  }

  toJSON(): string {
    return `[master key ${this.id}]`;
  }

  toString(): string {
    return this.toJSON();
  }

  [inspect.custom](): string {
    return this.toJSON();
  }
}
