import { RE2JS, RE2JSException } from 're2js';
import type { Detection, Detector } from '../../ports/guardrail.ts';

export interface CustomGuardrail {
  /** The name in findings. */
  readonly name: string;
  /** Regular expressions in RE2 syntax: no back-references and no look-around, so that any text takes linear time. */
  readonly patterns?: readonly string[];
  /** Words and phrases, found whatever their case, only as whole words. */
  readonly words?: readonly string[];
  /** Whether the patterns see upper and lower case as the same; absent: no. */
  readonly ignoreCase?: boolean;
}

const MAX_DETECTIONS = 200;
const WORD = /[\p{L}\p{N}_]/u;

/** A pattern that RE2 does not understand; the message says which and why. */
export class CustomPatternError extends Error {}

/** A guardrail of the operator's own. Patterns run in a linear-time engine: no text can make them hang. */
export function createCustomDetector({
  name,
  patterns = [],
  words = [],
  ignoreCase = false,
}: CustomGuardrail): Detector {
  const compiled = patterns.map((pattern) => compile(pattern, ignoreCase));
  const phrases = words.map((word) => word.toLowerCase()).filter((word) => word !== '');
  return {
    name,
    threshold: () => 0.5,
    full(text) {
      const detections = [...findPatterns(text, compiled), ...findPhrases(text, phrases)].slice(0, MAX_DETECTIONS);
      detections.sort((left, right) => left.start - right.start || right.end - left.end);
      return { score: detections.length > 0 ? 1 : 0, detections };
    },
  };
}

function compile(pattern: string, ignoreCase: boolean): RE2JS {
  try {
    return RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new CustomPatternError(`the pattern ${pattern} is not RE2: ${error.message}`, { cause: error });
  }
}

function findPatterns(text: string, patterns: readonly RE2JS[]): Detection[] {
  const detections: Detection[] = [];
  for (const pattern of patterns) {
    const matcher = pattern.matcher(text);
    while (detections.length < MAX_DETECTIONS && matcher.find()) {
      if (matcher.end() > matcher.start())
        detections.push({ type: 'pattern', start: matcher.start(), end: matcher.end(), score: 1 });
    }
  }
  return detections;
}

function findPhrases(text: string, phrases: readonly string[]): Detection[] {
  const lowerCase = text.toLowerCase();
  // A few letters change their length in lower case; then places would not fit the original.
  const searched = lowerCase.length === text.length ? lowerCase : text;
  const detections: Detection[] = [];
  for (const phrase of phrases) {
    for (
      let start = searched.indexOf(phrase);
      start >= 0 && detections.length < MAX_DETECTIONS;
      start = searched.indexOf(phrase, start + 1)
    ) {
      const end = start + phrase.length;
      if (!continues(searched, start - 1, start) && !continues(searched, end, end - 1))
        detections.push({ type: 'word', start, end, score: 1 });
    }
  }
  return detections;
}

/** Whether the word goes on at `outside`, given its last character at `inside`. */
function continues(text: string, outside: number, inside: number): boolean {
  return WORD.test(text.charAt(outside)) && WORD.test(text.charAt(inside));
}
