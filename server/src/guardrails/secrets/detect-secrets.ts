import type { Detection, Detector } from '../../ports/guardrail.ts';
import { findAssignedSecrets } from './assigned-values.ts';
import { findEmbedded } from './embedded.ts';
import { findVendorKeys } from './prefix-scan.ts';

export const SECRETS_THRESHOLD = 0.5;

/** Keys of vendors, keys and passwords given by name, private keys, tokens and passwords in addresses. */
export const secretsDetector: Detector = {
  name: 'secrets',
  threshold: () => SECRETS_THRESHOLD,
  full(text) {
    const detections = withoutRepeats([...findVendorKeys(text), ...findEmbedded(text), ...findAssignedSecrets(text)]);
    return { score: detections.reduce((best, { score }) => Math.max(best, score), 0), detections };
  },
};

/** The first finder knows best what a key is; what later ones say of the same characters is dropped. */
function withoutRepeats(found: readonly Detection[]): Detection[] {
  const ranked = found.map((detection, rank) => ({ detection, rank }));
  ranked.sort((left, right) => left.detection.start - right.detection.start || left.rank - right.rank);
  const kept: { detection: Detection; rank: number }[] = [];
  for (const candidate of ranked) {
    const before = kept[kept.length - 1];
    if (before === undefined || before.detection.end <= candidate.detection.start) kept.push(candidate);
    else if (candidate.rank < before.rank) kept[kept.length - 1] = candidate;
  }
  return kept.map(({ detection }) => detection);
}
