const HEX = /^[0-9a-fA-F]{32}$/;
const NONE = '0'.repeat(32);
const BYTES = 16;

/** A trace id as 32 hexadecimal digits, from hexadecimal or the base64 of its bytes; undefined: there is none. */
export function traceIdOf(written: unknown): string | undefined {
  if (typeof written !== 'string') return undefined;
  const hex = HEX.test(written) ? written.toLowerCase() : fromBase64(written);
  return hex === NONE ? undefined : hex;
}

function fromBase64(written: string): string | undefined {
  if (written.length < 22 || written.length > 24) return undefined;
  const bytes = Buffer.from(written, 'base64');
  return bytes.length === BYTES ? bytes.toString('hex') : undefined;
}
