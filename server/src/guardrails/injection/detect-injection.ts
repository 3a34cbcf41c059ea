import type { Detector } from '../../ports/guardrail.ts';
import { readText } from './evidence.ts';
import { judge } from './judge.ts';
import { MODEL } from './load-model.ts';

const THRESHOLD = 0.5;

/**
 * Prompt injection: instruction override, system-prompt manipulation, delimiter attacks, role confusion, jailbreaks, and instructions
 * planted in texts that somebody else wrote. Rules over concepts and a small linear model look at the text as it reads and at what it hides.
 */
export const injectionDetector: Detector = {
  name: 'injection',
  threshold: () => THRESHOLD,
  full(text, origin) {
    const { score, places } = judge(readText(text, MODEL), origin === 'untrusted');
    return { score, detections: [...places].sort((left, right) => left.start - right.start) };
  },
};
