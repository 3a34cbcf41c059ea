import type { Detector } from '../../ports/guardrail.ts';

export interface SizeLimits {
  /** Most UTF-16 units of one text; absent when any length will do. */
  readonly maxCharacters?: number;
  /** Most lines of one text; absent when any number will do. */
  readonly maxLines?: number;
}

const HIT = { score: 1 };
const MISS = { score: 0, detections: [] };

/** Texts that are longer than somebody wants to send or to get. The detection covers what is too much. */
export function createSizeDetector({
  maxCharacters = Number.POSITIVE_INFINITY,
  maxLines = Number.POSITIVE_INFINITY,
}: SizeLimits): Detector {
  return {
    name: 'size',
    threshold: () => 0.5,
    full(text) {
      if (text.length > maxCharacters) {
        return {
          ...HIT,
          detections: [{ type: 'too_many_characters', start: maxCharacters, end: text.length, ...HIT }],
        };
      }
      const start = Number.isFinite(maxLines) ? endOfLine(text, maxLines) : -1;
      return start < 0 ? MISS : { ...HIT, detections: [{ type: 'too_many_lines', start, end: text.length, ...HIT }] };
    },
  };
}

/** Where the line after the given number of lines begins; -1 when there are not so many. */
function endOfLine(text: string, lines: number): number {
  let position = 0;
  for (let line = 0; line < lines; line++) {
    const end = text.indexOf('\n', position);
    if (end < 0) return -1;
    position = end + 1;
  }
  return position < text.length ? position : -1;
}
