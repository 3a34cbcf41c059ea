import type { Detector, InlineScanner } from '../ports/guardrail.ts';
import { injectionDetector } from './injection/detect-injection.ts';
import { piiDetector } from './pii/detect-pii.ts';
import { secretsDetector } from './secrets/detect-secrets.ts';

/** All built-in detectors, in the order in which findings are told. */
export const BUILT_IN_DETECTORS: readonly Detector[] = [injectionDetector, piiDetector, secretsDetector];

/** The inline tier over all built-in detectors. */
export const inlineScanner: InlineScanner = {
  scan(text, origin) {
    return BUILT_IN_DETECTORS.flatMap(({ name, full }) =>
      full(text, origin).detections.map((detection) => ({ guardrail: name, ...detection })),
    );
  },
};
