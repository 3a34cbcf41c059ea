import { RE2JS } from 're2js';
import type { CustomGuardrail } from '../../ports/guard-policy.ts';
import type { Detection, Detector } from '../../ports/guardrail.ts';
import { createLanguageDetector } from '../language/detect-language.ts';
import { createSizeDetector } from '../size/detect-size.ts';

/** A configured guardrail as a detector. Throws a SyntaxError for a pattern that is none. */
export function compileCustom(custom: CustomGuardrail): Detector {
  return { ...criterionOf(custom), name: custom.name };
}

function criterionOf(custom: CustomGuardrail): Detector {
  const { maxCharacters, maxLines, languages } = custom;
  if (languages !== undefined) return createLanguageDetector({ allowed: languages });
  if (maxLines !== undefined) return createSizeDetector({ maxLines });
  if (maxCharacters !== undefined) return createSizeDetector({ maxCharacters });
  const find = finderOf(custom);
  return {
    name: custom.name,
    full(text) {
      const detections = find(text);
      return { score: detections.length === 0 ? 0 : 1, detections };
    },
    threshold: () => 1,
  };
}

type Find = (text: string) => Detection[];

function finderOf({ name, pattern = '', words }: CustomGuardrail): Find {
  if (words !== undefined) {
    const longestFirst = [...words].sort((left, right) => right.length - left.length);
    const either = longestFirst.map((word) => RE2JS.quote(word)).join('|');
    return matchesOf(RE2JS.compile(either, RE2JS.CASE_INSENSITIVE), { type: name, wholeWords: true });
  }
  return matchesOf(RE2JS.compile(pattern), { type: name, wholeWords: false });
}

/** The engine takes linear time, so texts of strangers may meet patterns of strangers. */
function matchesOf(pattern: RE2JS, of: { type: string; wholeWords: boolean }): Find {
  return (text) => {
    const detections: Detection[] = [];
    const matcher = pattern.matcher(text);
    while (matcher.find()) {
      const start = matcher.start();
      const end = matcher.end();
      if (end === start || (of.wholeWords && isInsideWord(text, start, end))) continue;
      detections.push({ type: of.type, start, end, score: 1 });
    }
    return detections;
  };
}

const WORD = /[\p{L}\p{N}_]/u;

function isInsideWord(text: string, start: number, end: number): boolean {
  return joins(text[start - 1], text[start]) || joins(text[end - 1], text[end]);
}

function joins(left: string | undefined, right: string | undefined): boolean {
  return left !== undefined && right !== undefined && WORD.test(left) && WORD.test(right);
}
