let bytes = Buffer.from(new ArrayBuffer(1 << 16));
let pairs = new Uint16Array(bytes.buffer);

/**
 * The text as one byte per UTF-16 unit, for walks that are too slow over a string. Reused: valid until the next call. Units beyond
 * 0xff lose their upper half, so what is found here is looked at again in the text itself.
 */
export function asBytes(text: string): Uint8Array {
  write(text);
  return bytes;
}

/** The same, and two bytes at a time with the first in the lower half. Four zero bytes follow the text. */
export function asPairs(text: string): { readonly bytes: Uint8Array; readonly pairs: Uint16Array } {
  write(text);
  bytes.fill(0, text.length, text.length + 4);
  return { bytes, pairs };
}

function write(text: string): void {
  if (text.length + 4 > bytes.length) {
    bytes = Buffer.from(new ArrayBuffer((text.length + (text.length >> 1) + 4) & ~1));
    pairs = new Uint16Array(bytes.buffer);
  }
  bytes.write(text, 0, 'latin1');
}

/** A table with 1 for every character that the pattern matches; bytes from 0x80 are in only when asked for. */
export function byteTable(pattern: RegExp, upper = 0): Uint8Array {
  return Uint8Array.from({ length: 0x100 }, (_, code) =>
    code >= 0x80 ? upper : pattern.test(String.fromCharCode(code)) ? 1 : 0,
  );
}
