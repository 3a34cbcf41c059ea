import { addConcept, type Concept, CONCEPTS, SET_WORDS } from './lexicon.ts';
import { type Rule, RULES } from './rules.ts';
import type { Tokens } from './tokenise.ts';

/** Where a rule matched, in tokens, and how the words before it colour it. */
export interface RuleHit {
  readonly rule: number;
  readonly start: number;
  readonly end: number;
  readonly mood: Mood;
}

/** plain: said to the model. asked: in a question or a text about such sentences. negated: the opposite is meant. */
export type Mood = 'plain' | 'asked' | 'negated';

interface Step {
  readonly wanted: Int32Array;
  readonly unwanted: Int32Array | undefined;
  readonly gap: number;
  readonly mayCross: boolean;
}

const COMPILED: readonly (readonly Step[])[] = RULES.map(({ pattern }) => compile(pattern));
const NEGATE = setOf('negate');
const QUESTION = setOf('question');
const DISCUSS = setOf('discuss');

function compile(pattern: string): Step[] {
  const steps: Step[] = [];
  let gap = 0;
  let mayCross = false;
  let unwanted: Int32Array | undefined;
  for (const piece of pattern.split(' ')) {
    const distance = /^(\d+)(\+?)(?:~(\w+))?$/.exec(piece);
    if (distance) {
      gap = Number(distance[1]);
      mayCross = distance[2] === '+';
      unwanted = distance[3] === undefined ? undefined : setOf(distance[3]);
    } else steps.push({ wanted: setOf(piece), unwanted, gap, mayCross });
  }
  return steps;
}

function setOf(names: string): Int32Array {
  const set = new Int32Array(SET_WORDS);
  for (const name of names.split('|')) addConcept(set, 0, CONCEPTS.find((concept) => concept === name) ?? (name as Concept));
  return set;
}

/** Rules by the concept bits that may begin them, so that a word without a beginning costs one test. */
const BEGINNINGS = new Int32Array(SET_WORDS);
for (const [first] of COMPILED) {
  for (let i = 0; i < SET_WORDS; i++) BEGINNINGS[i] = (BEGINNINGS[i] ?? 0) | (first?.wanted[i] ?? 0);
}

export function matchRules(tokens: Tokens): RuleHit[] {
  const hits: RuleHit[] = [];
  for (let token = 0; token < tokens.count; token++) {
    if (!hasAny(tokens, token, BEGINNINGS)) continue;
    for (let rule = 0; rule < COMPILED.length; rule++) {
      const steps = COMPILED[rule] as readonly Step[];
      if (!hasAny(tokens, token, (steps[0] as Step).wanted)) continue;
      const end = follow(tokens, token, steps);
      if (end >= 0) hits.push({ rule, start: token, end, mood: moodBefore(tokens, token, RULES[rule] as Rule) });
    }
  }
  return hits;
}

/** The last token of the match, -1 when a step finds no word. The nearest word counts, so the cost is bounded by the gaps. */
function follow(tokens: Tokens, first: number, steps: readonly Step[]): number {
  let token = first;
  for (let index = 1; index < steps.length; index++) {
    token = findNext(tokens, token, steps[index] as Step);
    if (token < 0) return -1;
  }
  return token;
}

function findNext(tokens: Tokens, from: number, { wanted, unwanted, gap, mayCross }: Step): number {
  const last = Math.min(from + gap + 1, tokens.count - 1);
  for (let token = from + 1; token <= last; token++) {
    if (!mayCross && tokens.breaks[token] === 1) return -1;
    if (hasAny(tokens, token, wanted)) return token;
    if (unwanted !== undefined && hasAny(tokens, token, unwanted)) return -1;
  }
  return -1;
}

function hasAny(tokens: Tokens, token: number, set: Int32Array): boolean {
  const at = token * SET_WORDS;
  for (let i = 0; i < SET_WORDS; i++) if (((tokens.sets[at + i] ?? 0) & (set[i] ?? 0)) !== 0) return true;
  return false;
}

const LOOK_BACK_WORDS = 7;

function moodBefore(tokens: Tokens, start: number, rule: Rule): Mood {
  if (rule.isNegatable !== true) return 'plain';
  let mood: Mood = 'plain';
  for (let token = start; token > start - LOOK_BACK_WORDS && token > 0; ) {
    if (tokens.breaks[token] === 1) break;
    token -= 1;
    if (token >= start - 2 && hasAny(tokens, token, NEGATE)) return 'negated';
    if (hasAny(tokens, token, QUESTION) || hasAny(tokens, token, DISCUSS)) mood = 'asked';
  }
  return mood;
}
