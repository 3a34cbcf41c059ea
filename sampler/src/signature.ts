import { hashShape, writeShape } from './shape.ts';
import { SHAPE_START, shapeBuffer } from './shape-buffer.ts';

/** Version of the rules in shape.ts and of the hash. A policy made with another version names no pattern of ours. */
export const SIGNATURE_VERSION = 1;

/**
 * The first level of pattern mining: a 53-bit integer, the same for lines that differ in nothing but their variables (numbers,
 * addresses, identifiers, durations, paths ...). Never throws, remembers nothing, allocates nothing. Lines of different
 * signatures may still be one pattern: the miner on the server merges those.
 */
export function signatureOf(line: string): number {
  return hashShape(writeShape(line));
}

/** What the signature is the hash of: the line with \u0001 for every variable and 0 for the changing part of a word. */
export function shapeOf(line: string): string {
  return String.fromCharCode(...shapeBuffer.subarray(SHAPE_START, writeShape(line)));
}

/** A signature as policies and reports write it: 14 hexadecimal digits. */
export function formatSignature(signature: number): string {
  return signature.toString(16).padStart(14, '0');
}

/** Undefined: the text is no signature. */
export function parseSignature(text: string): number | undefined {
  return /^[01][0-9a-f]{13}$/.test(text) ? Number.parseInt(text, 16) : undefined;
}
