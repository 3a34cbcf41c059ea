import type { Origin } from '../kernel/finding.ts';

/** A place in a text that a detector recognised. It carries offsets and a score, never the text. */
export interface Detection {
  /** Kind within the detector: instruction_override, email, openai_api_key ... */
  readonly type: string;
  /**
   * UTF-16 offsets in the text that was given, also when the find was made in a decoded or normalised view of it: then they
   * cover the encoded run. Start and end of the whole text when the text as a whole is meant. Sorted by start.
   */
  readonly start: number;
  readonly end: number;
  /** 0..1. May lie below the detector's threshold: whoever lists findings compares. */
  readonly score: number;
}

/** What the full tier says of one text. */
export interface DetectorVerdict {
  /** 0..1, the strongest evidence in the text; comparable with `threshold`. 0 when nothing was seen. */
  readonly score: number;
  /** Places of the evidence; empty when score is 0. */
  readonly detections: readonly Detection[];
}

/** One kind of danger. Pure, synchronous, without state between texts: it may run on the path or in a worker. */
export interface Detector {
  /** The guardrail's name in findings: injection, harmful, pii, secrets, size, language, or the configured name of a custom one. */
  readonly name: string;
  /** Everything the detector can see. About 150 microseconds per KB over all built-in detectors. */
  full(text: string, origin: Origin): DetectorVerdict;
  /** The score from which a text counts as hit, chosen on development data; untrusted text has its own. */
  threshold(origin: Origin): number;
}

/** A detection of the inline tier, with the detector that stands behind it. */
export interface InlineDetection extends Detection {
  /** The `name` of the detector. */
  readonly guardrail: string;
}

/**
 * The inline tier: high-precision patterns of all built-in detectors in ONE pass over the text, at most 3 microseconds per KB
 * together. It finds a subset of what `full` finds; all of it is at or over the threshold.
 */
export interface InlineScanner {
  scan(text: string, origin: Origin): readonly InlineDetection[];
}
