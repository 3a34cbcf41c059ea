import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const PREFIX = 'weir_';
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_LENGTH = 43;
const CHECK_LENGTH = 6;

/** A new key: `weir_`, 256 random bits in base 62, and a CRC-32 that tells typos from unknown keys without a look-up. */
export function newKey(): string {
  return keyFrom(randomBytes(32));
}

/** The key that 256 secret bits stand for. */
export function keyFrom(bits: Buffer): string {
  const random = base62(BigInt(`0x${bits.toString('hex')}`), RANDOM_LENGTH);
  return `${PREFIX}${random}${checksum(random)}`;
}

/** True when the text has the form of a Weir key and its checksum is right. */
export function isKeyShaped(text: string): boolean {
  if (!text.startsWith(PREFIX) || text.length !== PREFIX.length + RANDOM_LENGTH + CHECK_LENGTH) return false;
  const random = text.slice(PREFIX.length, PREFIX.length + RANDOM_LENGTH);
  return checksum(random) === text.slice(-CHECK_LENGTH);
}

/** What is stored of a key: enough entropy goes in that a fast hash is right. */
export function hashKey(key: string): string {
  return hash('sha256', key, 'hex');
}

function checksum(random: string): string {
  return base62(BigInt(crc32(random)), CHECK_LENGTH);
}

function base62(value: bigint, length: number): string {
  let text = '';
  for (let rest = value; rest > 0n; rest /= 62n) text = ALPHABET[Number(rest % 62n)] + text;
  return text.padStart(length, '0').slice(-length);
}
