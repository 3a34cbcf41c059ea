import type { GuardRule } from '../../ports/guard-policy.ts';
import type { GuardedText, GuardVerdict } from '../../ports/guard-scanner.ts';
import type { Detector, InlineDetection } from '../../ports/guardrail.ts';
import { rulesFor } from './rules-for.ts';

/** All detectors of a plan over one text. */
export function judgeText(
  { text, origin }: GuardedText,
  of: { rules: readonly GuardRule[]; detectors: readonly Detector[] },
): GuardVerdict {
  let score = 0;
  const hits: InlineDetection[] = [];
  for (const { guardrail, threshold } of rulesFor(origin, of.rules)) {
    const detector = of.detectors.find(({ name }) => name === guardrail);
    if (detector === undefined) continue;
    const verdict = detector.full(text, origin);
    score = Math.max(score, verdict.score);
    const least = threshold ?? detector.threshold(origin);
    if (verdict.score < least) continue;
    const found = verdict.detections.filter((detection) => detection.score >= least);
    for (const { type, start, end, score } of found) hits.push({ guardrail, type, start, end, score });
    // The text as a whole reached what no single place does.
    if (found.length === 0) hits.push({ guardrail, type: guardrail, start: 0, end: text.length, score: verdict.score });
  }
  return { score, hits: hits.sort((left, right) => left.start - right.start) };
}
