import type { Detector } from '../../ports/guardrail.ts';
import { guessLanguage } from './guess-language.ts';

/** Texts in another language than those allowed (ISO 639-1 codes). A text too short to tell is let pass. */
export function createLanguageDetector({ allowed }: { readonly allowed: readonly string[] }): Detector {
  const codes = new Set(allowed);
  return {
    name: 'language',
    threshold: () => 0.5,
    full(text) {
      const guess = guessLanguage(text);
      if (guess === undefined || codes.has(guess.code)) return { score: 0, detections: [] };
      return { score: guess.share, detections: [{ type: guess.code, start: 0, end: text.length, score: guess.share }] };
    },
  };
}
