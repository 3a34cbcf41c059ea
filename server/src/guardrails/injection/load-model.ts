import { readFileSync } from 'node:fs';
import { BUCKETS } from './linear-features.ts';
import type { LinearModel } from './linear-model.ts';

const HEADER_BYTES = 12;

/** The file that `scripts/train-injection-model.ts` writes: scale, bias and edge as 32-bit floats, then one signed byte per bucket. */
export function parseModel(file: Buffer): LinearModel {
  if (file.length !== HEADER_BYTES + BUCKETS)
    throw new Error(`model.bin holds ${file.length} bytes, not ${HEADER_BYTES + BUCKETS}`);
  return {
    scale: file.readFloatLE(0),
    bias: file.readFloatLE(4),
    edge: file.readFloatLE(8),
    weights: new Int8Array(file.buffer, file.byteOffset + HEADER_BYTES, BUCKETS),
  };
}

export const MODEL = parseModel(readFileSync(new URL('./model.bin', import.meta.url)));
