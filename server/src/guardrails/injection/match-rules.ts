import { setOf } from '../concepts/lexicon.ts';
import { meansAny, SequenceSet } from '../concepts/sequence.ts';
import type { Tokens } from '../concepts/tokenise.ts';
import { LEXICON } from './lexicon.ts';
import { RULES } from './rules.ts';

/** plain: said to the model. asked: in a question. quoted: in a text about such sentences. negated: the opposite is meant. */
export type Mood = 'plain' | 'asked' | 'quoted' | 'negated';

/** Where a rule matched, in tokens, and how the words before it colour it. */
export interface RuleHit {
  readonly rule: number;
  readonly start: number;
  readonly end: number;
  readonly mood: Mood;
}

const SEQUENCES = new SequenceSet(
  RULES.map(({ pattern }) => pattern),
  LEXICON,
);
const NEGATE = setOf(LEXICON, 'negate');
const QUESTION = setOf(LEXICON, 'question');
const DISCUSS = setOf(LEXICON, 'discuss');
const LOOK_BACK_WORDS = 7;
const MAX_HITS = 2000;

export function matchRules(tokens: Tokens): RuleHit[] {
  const hits: RuleHit[] = [];
  SEQUENCES.each(tokens, (rule, start, end) => {
    hits.push({ rule, start, end, mood: moodBefore(tokens, start, RULES[rule]?.isNegatable === true) });
    return hits.length < MAX_HITS;
  });
  return hits;
}

function moodBefore(tokens: Tokens, start: number, isNegatable: boolean): Mood {
  if (!isNegatable) return 'plain';
  let mood: Mood = 'plain';
  for (let token = start; token > start - LOOK_BACK_WORDS && token > 0; ) {
    if (tokens.breaks[token] === 1) break;
    token -= 1;
    const entry = tokens.entries[token] ?? -1;
    if (token >= start - 2 && meansAny(LEXICON, entry, NEGATE)) return 'negated';
    if (meansAny(LEXICON, entry, DISCUSS)) mood = 'quoted';
    else if (mood === 'plain' && meansAny(LEXICON, entry, QUESTION)) mood = 'asked';
  }
  return mood;
}
