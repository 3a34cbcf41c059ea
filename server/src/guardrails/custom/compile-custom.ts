import { RE2JS } from 're2js';
import type { CustomGuardrail } from '../../ports/guard-policy.ts';
import type { Detection, Detector } from '../../ports/guardrail.ts';

/** A configured guardrail as a detector. Throws a SyntaxError for a pattern that is none. */
export function compileCustom(custom: CustomGuardrail): Detector {
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

function finderOf({ name, pattern, words, maxCharacters }: CustomGuardrail): Find {
  if (pattern !== undefined) return matchesOf(RE2JS.compile(pattern), { type: name, wholeWords: false });
  if (words !== undefined) {
    const longestFirst = [...words].sort((left, right) => right.length - left.length);
    const either = longestFirst.map((word) => RE2JS.quote(word)).join('|');
    return matchesOf(RE2JS.compile(either, RE2JS.CASE_INSENSITIVE), { type: name, wholeWords: true });
  }
  const limit = maxCharacters ?? Number.POSITIVE_INFINITY;
  return (text) => (text.length > limit ? [{ type: name, start: 0, end: text.length, score: 1 }] : []);
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
