import { setOf } from '../concepts/lexicon.ts';
import { beginningsOf, compileSequence, followSequence, hasAny } from '../concepts/sequence.ts';
import type { Tokens } from '../concepts/tokenise.ts';
import { LEXICON } from './lexicon.ts';
import { RULES } from './rules.ts';

/** plain: said to the model. asked: in a question or a text about such sentences. negated: the opposite is meant. */
export type Mood = 'plain' | 'asked' | 'negated';

/** Where a rule matched, in tokens, and how the words before it colour it. */
export interface RuleHit {
  readonly rule: number;
  readonly start: number;
  readonly end: number;
  readonly mood: Mood;
}

const SEQUENCES = RULES.map(({ pattern }) => compileSequence(pattern, LEXICON));
const BEGINNINGS = beginningsOf(SEQUENCES);
const NEGATE = setOf(LEXICON, 'negate');
const TALKED_ABOUT = setOf(LEXICON, 'question|discuss');
const LOOK_BACK_WORDS = 7;
const MAX_HITS = 2000;

export function matchRules(tokens: Tokens): RuleHit[] {
  const hits: RuleHit[] = [];
  for (let token = 0; token < tokens.count && hits.length < MAX_HITS; token++) {
    if (!hasAny(tokens, token, BEGINNINGS)) continue;
    for (let rule = 0; rule < SEQUENCES.length; rule++) {
      const end = followSequence(tokens, token, SEQUENCES[rule] ?? []);
      if (end >= 0) hits.push({ rule, start: token, end, mood: moodBefore(tokens, token, RULES[rule]?.isNegatable === true) });
    }
  }
  return hits;
}

function moodBefore(tokens: Tokens, start: number, isNegatable: boolean): Mood {
  if (!isNegatable) return 'plain';
  let mood: Mood = 'plain';
  for (let token = start; token > start - LOOK_BACK_WORDS && token > 0; ) {
    if (tokens.breaks[token] === 1) break;
    token -= 1;
    if (token >= start - 2 && hasAny(tokens, token, NEGATE)) return 'negated';
    if (hasAny(tokens, token, TALKED_ABOUT)) mood = 'asked';
  }
  return mood;
}
