import type { Detection, Detector } from '../../ports/guardrail.ts';
import { setOf } from '../concepts/lexicon.ts';
import { beginningsOf, compileSequence, followSequence, hasAny } from '../concepts/sequence.ts';
import { type Tokens, tokenise } from '../concepts/tokenise.ts';
import { normalise, type TextView } from '../text/normalise.ts';
import { HARM_LEXICON } from './lexicon.ts';
import { HARM_RULES, type HarmRule } from './rules.ts';

const THRESHOLD = 0.5;
const SEQUENCES = HARM_RULES.map(({ pattern }) => compileSequence(pattern, HARM_LEXICON));
const BEGINNINGS = beginningsOf(SEQUENCES);
const PREVENT = setOf(HARM_LEXICON, 'prevent');
const STORY = setOf(HARM_LEXICON, 'story');
/** Words around a request that may turn it into something else. */
const LOOK_AROUND = 12;
const PREVENT_FACTOR = 0.5;
const STORY_FACTOR = 0.55;
const MAX_DETECTIONS = 100;

/** Requests for violence, weapons, self-harm, drugs, crime, hate and abuse. Texts that study, prevent or tell of it score below the threshold. */
export const harmfulDetector: Detector = {
  name: 'harmful',
  threshold: () => THRESHOLD,
  full(text) {
    const view = normalise(text);
    const detections = findRequests(tokenise(view.text, HARM_LEXICON), view);
    return { score: detections.reduce((best, { score }) => Math.max(best, score), 0), detections };
  },
};

function findRequests(tokens: Tokens, view: TextView): Detection[] {
  const strongest = new Map<string, Detection>();
  for (let token = 0; token < tokens.count && strongest.size < MAX_DETECTIONS; token++) {
    if (!hasAny(tokens, token, BEGINNINGS)) continue;
    SEQUENCES.forEach((sequence, index) => {
      const last = followSequence(tokens, token, sequence);
      if (last < 0) return;
      const rule = HARM_RULES[index] as HarmRule;
      const score = rule.score * contextFactor(tokens, { first: token, last }, rule.isOftenFiction === true);
      const known = strongest.get(rule.type);
      if (known !== undefined && known.score >= score) return;
      strongest.set(rule.type, { type: rule.type, ...placeOf(tokens, view, { first: token, last }), score });
    });
  }
  return [...strongest.values()].sort((left, right) => left.start - right.start);
}

interface Span {
  readonly first: number;
  readonly last: number;
}

function placeOf(tokens: Tokens, view: TextView, { first, last }: Span): { start: number; end: number } {
  const start = tokens.starts[first] ?? 0;
  const end = tokens.ends[last] ?? 0;
  return { start: view.starts?.[start] ?? start, end: view.ends?.[end - 1] ?? end };
}

function contextFactor(tokens: Tokens, { first, last }: Span, isOftenFiction: boolean): number {
  const from = Math.max(0, first - LOOK_AROUND);
  const to = Math.min(tokens.count - 1, last + LOOK_AROUND);
  let factor = 1;
  for (let token = from; token <= to; token++) {
    if (hasAny(tokens, token, PREVENT)) factor = Math.min(factor, PREVENT_FACTOR);
    else if (isOftenFiction && hasAny(tokens, token, STORY)) factor = Math.min(factor, STORY_FACTOR);
  }
  return factor;
}
