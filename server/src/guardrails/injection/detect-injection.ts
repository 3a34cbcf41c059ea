import type { Origin } from '../../kernel/finding.ts';
import type { Detection, Detector } from '../../ports/guardrail.ts';
import { harmfulDetector } from '../harmful/detect-harmful.ts';
import { plainSigns, readText } from './evidence.ts';
import { judge, judgePlainSigns } from './judge.ts';
import type { LinearModel } from './linear-model.ts';
import { MODEL } from './load-model.ts';

const THRESHOLD = 0.5;

/**
 * Prompt injection: instruction override, system-prompt manipulation, delimiter attacks, role confusion, jailbreaks, and instructions
 * planted in texts that somebody else wrote. Rules over concepts and a small linear model look at the text as it reads and at what it hides.
 */
export const injectionDetector: Detector = createInjectionDetector(MODEL);

/** The detector with another model: the evaluation judges every source by one that has not seen it. */
export function createInjectionDetector(model: LinearModel): Detector {
  return {
    name: 'injection',
    threshold: () => THRESHOLD,
    full(text, origin) {
      const asksForHarm = () => harmfulDetector.full(text, origin).score >= harmfulDetector.threshold(origin);
      const { score, places } = judge(readText(text, model), {
        isUntrusted: origin === 'untrusted',
        edge: model.edge,
        asksForHarm,
      });
      return { score, detections: [...places].sort((left, right) => left.start - right.start) };
    },
  };
}

/** What the inline tier says of a stretch of text: plain rules only, and only when they are sure. */
export function judgePlainly(text: string, origin: Origin): readonly Detection[] {
  return judgePlainSigns(plainSigns(text), origin === 'untrusted').places;
}
