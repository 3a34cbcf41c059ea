import type { Detection, Detector } from '../../ports/guardrail.ts';

const ANTHROPIC_KEY = /sk-ant-[a-z0-9]+-[\w-]{20,200}/g;

export const secretsDetector: Detector = {
  name: 'secrets',
  threshold: () => 0.5,
  full(text) {
    const detections: Detection[] = [];
    for (const match of text.matchAll(ANTHROPIC_KEY)) {
      detections.push({
        type: 'anthropic_api_key',
        start: match.index,
        end: match.index + match[0].length,
        score: 0.99,
      });
    }
    return { score: detections.length > 0 ? 0.99 : 0, detections };
  },
};
