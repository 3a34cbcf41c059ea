import type { RatioName } from './report/ratios.ts';

/** A promise of the product that the benchmark can check on any machine. */
export type Limit = {
  ratio: RatioName;
  /** The median must be at most this. */
  atMost?: number;
  /** The median must be at least this. */
  atLeast?: number;
  /** Where we want to be; printed, never a reason to fail. */
  stretch?: number;
};

export const limits: readonly Limit[] = [
  { ratio: 'smallToBare', atMost: 2.0, stretch: 1.5 },
  { ratio: 'bigToBare', atMost: 2.0 },
  { ratio: 'seenToBare', atMost: 1.4 },
  { ratio: 'streamToBare', atMost: 1.3 },
  { ratio: 'translatedStreamToBare', atMost: 1.5 },
  { ratio: 'addedReplyP50Ms', atMost: 0.3 },
  { ratio: 'addedFirstByteP50Ms', atMost: 0.5 },
  { ratio: 'portkeySmallToWeir', atLeast: 8 },
  { ratio: 'portkeyStreamToWeir', atLeast: 2 },
  { ratio: 'memoryMbPerThousandStreams', atMost: 40, stretch: 25 },
];
