import type { Detector } from '../ports/guardrail.ts';
import { harmfulDetector } from './harmful/detect-harmful.ts';
import { injectionDetector } from './injection/detect-injection.ts';
import { piiDetector } from './pii/detect-pii.ts';
import { secretsDetector } from './secrets/detect-secrets.ts';

/** Detectors that need no settings, in the order in which findings are told. */
export const BUILT_IN_DETECTORS: readonly Detector[] = [
  injectionDetector,
  harmfulDetector,
  piiDetector,
  secretsDetector,
];

export { inlineScanner } from './inline/inline-scanner.ts';
