import type { Detection, Detector } from '../../ports/guardrail.ts';
import { findEmails } from './email.ts';
import { findLetterIds } from './letter-ids.ts';
import { findNetworkAddresses } from './network.ts';
import { findNumbers } from './numbers.ts';

export const PII_THRESHOLD = 0.5;

/** Structured personal data: addresses and numbers with a form that can be checked. Names and streets are not looked for. */
export const piiDetector: Detector = {
  name: 'pii',
  threshold: () => PII_THRESHOLD,
  full(text) {
    const detections = withoutOverlaps([
      ...findEmails(text),
      ...findLetterIds(text),
      ...findNetworkAddresses(text),
      ...findNumbers(text),
    ]);
    return { score: detections.reduce((best, { score }) => Math.max(best, score), 0), detections };
  },
};

/** Of detections that share characters the longer one stays, of equally long ones the surer. */
function withoutOverlaps(found: Detection[]): Detection[] {
  found.sort((left, right) => left.start - right.start || right.end - left.end);
  const kept: Detection[] = [];
  for (const detection of found) {
    const before = kept[kept.length - 1];
    if (before === undefined || before.end <= detection.start) kept.push(detection);
    else if (
      lengthOf(detection) > lengthOf(before) ||
      (lengthOf(detection) === lengthOf(before) && detection.score > before.score)
    ) {
      kept[kept.length - 1] = detection;
    }
  }
  return kept;
}

function lengthOf({ start, end }: Detection): number {
  return end - start;
}
