import { signatureOf } from './signature.ts';

const ENTRIES = 4096;
const MOST_UNITS = 2048;
const encoder = new TextEncoder();

/**
 * Remembers signatures of lines it saw. Which digit stands somewhere does not matter to a signature, so lines that
 * differ in digits only share an entry: it is found by a hash over four bytes at a time, with every digit as a 0, which
 * costs a tenth of the signature. Two lines may share a hash once in 2^53; nothing is lost but the better name.
 */
export class SignatureMemo {
  readonly #hashes = new Float64Array(ENTRIES).fill(-1);
  readonly #signatures = new Float64Array(ENTRIES);
  readonly #bytes = new Uint8Array(3 * MOST_UNITS + 4);
  readonly #words = new Int32Array(this.#bytes.buffer);

  signatureOf(text: string): number {
    if (text.length > MOST_UNITS) return signatureOf(text);
    const hash = this.#hashOf(text);
    const at = hash % ENTRIES;
    if (this.#hashes[at] === hash) return this.#signatures[at] as number;
    const signature = signatureOf(text);
    this.#hashes[at] = hash;
    this.#signatures[at] = signature;
    return signature;
  }

  #hashOf(text: string): number {
    const bytes = this.#bytes;
    const words = this.#words;
    const { written } = encoder.encodeInto(text, bytes);
    bytes[written] = bytes[written + 1] = bytes[written + 2] = 0;
    let high = 0x811c9dc5;
    let low = written;
    for (let at = (written + 3) >> 2; at-- > 0; ) {
      const word = withoutDigits(words[at] as number);
      high = Math.imul(high ^ word, 0x01000193);
      high ^= high >>> 13;
      low = Math.imul(low ^ word, 0x5bd1e995);
      low ^= low >>> 15;
    }
    return (high & 0x1fffff) * 2 ** 32 + (low >>> 0);
  }
}

/** Four bytes at once: those that are digits become the digit 0. */
function withoutDigits(word: number): number {
  const less = word ^ 0x30303030;
  const digits = ~(((less & 0x7f7f7f7f) + 0x76767676) | less) & 0x80808080;
  return word & ~((digits >>> 7) * 15);
}
