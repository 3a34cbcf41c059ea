import type { Detection, Detector } from '../../ports/guardrail.ts';
import { setOf } from '../concepts/lexicon.ts';
import { meansAny, SequenceSet } from '../concepts/sequence.ts';
import { type Tokens, tokenise } from '../concepts/tokenise.ts';
import { normalise, type TextView } from '../text/normalise.ts';
import { HARM_LEXICON } from './lexicon.ts';
import { HARM_RULES, type HarmRule } from './rules.ts';

const THRESHOLD = 0.5;
const SEQUENCES = new SequenceSet(
  HARM_RULES.map(({ pattern }) => pattern),
  HARM_LEXICON,
);
const PREVENT = setOf(HARM_LEXICON, 'prevent');
const STORY = setOf(HARM_LEXICON, 'story');
/** Words around a request that may turn it into something else. */
const LOOK_AROUND = 12;
const PREVENT_FACTOR = 0.5;
const STORY_FACTOR = 0.55;
const MAX_MATCHES = 1000;

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
  let matches = 0;
  SEQUENCES.each(tokens, (index, first, last) => {
    const rule = HARM_RULES[index] as HarmRule;
    const score = rule.score * contextFactor(tokens, { first, last }, rule.isOftenFiction === true);
    if ((strongest.get(rule.type)?.score ?? 0) < score) {
      strongest.set(rule.type, { type: rule.type, ...placeOf(tokens, view, { first, last }), score });
    }
    matches += 1;
    return matches < MAX_MATCHES;
  });
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
    const entry = tokens.entries[token] ?? -1;
    if (meansAny(HARM_LEXICON, entry, PREVENT)) factor = Math.min(factor, PREVENT_FACTOR);
    else if (isOftenFiction && meansAny(HARM_LEXICON, entry, STORY)) factor = Math.min(factor, STORY_FACTOR);
  }
  return factor;
}
