let bytes = Buffer.alloc(1 << 16);

/**
 * The text as one byte per UTF-16 unit, for walks that are too slow over a string. Reused: valid until the next call. Units beyond
 * 0xff lose their upper half, so what is found here is looked at again in the text itself.
 */
export function asBytes(text: string): Uint8Array {
  if (text.length > bytes.length) bytes = Buffer.alloc(text.length + (text.length >> 1));
  bytes.write(text, 0, 'latin1');
  return bytes;
}

/** A table with 1 for every character that the pattern matches; bytes from 0x80 are in only when asked for. */
export function byteTable(pattern: RegExp, upper = 0): Uint8Array {
  return Uint8Array.from({ length: 0x100 }, (_, code) =>
    code >= 0x80 ? upper : pattern.test(String.fromCharCode(code)) ? 1 : 0,
  );
}
