import type { Reading, Sign } from './evidence.ts';
import type { InjectionType } from './rules.ts';

/** Signs further apart than this do not support each other. In UTF-16 units of the original. */
const WINDOW = 500;
/** Half of the evidence is dropped for every further kind of sign: they often say the same. */
const FADING = 0.5;
/** What the learned model adds to the rules, within bounds: it never decides against a strong rule. */
const LEARNED_SHARE = 0.7;
const LEARNED_LEAST = -3;
const LEARNED_MOST = 4;
/** Hiding an instruction is a sign of its own. */
const DISGUISE_BONUS = 1.5;
const DISGUISED_LEAST = 1;
const NO_EVIDENCE = -10;
/** In an untrusted text rules decide alone: nobody but the user has instructions to give. */
const UNTRUSTED_EDGE = 3.2;
const PLAIN_EDGE = 4.4;
const STEEPNESS = 1.1;

/** A request for harm decides a close call: jailbreaks are told for its sake. Asked only where it can decide. */
const HARM = 2;

export interface Judgement {
  /** 0..1; 0.5 at the edge. */
  readonly score: number;
  readonly places: readonly {
    readonly type: InjectionType;
    readonly start: number;
    readonly end: number;
    readonly score: number;
  }[];
}

export interface JudgeOptions {
  readonly isUntrusted: boolean;
  /** Log-odds at which a text is hit; the model brings it. */
  readonly edge: number;
  /** Whether the text as a whole asks for harm, whatever the readings say. */
  readonly asksForHarm: () => boolean;
}

export function judge(readings: readonly Reading[], { isUntrusted, edge, asksForHarm }: JudgeOptions): Judgement {
  let best: { evidence: number; reading: Reading; window: Window } | undefined;
  for (const reading of readings) {
    const window = strongestSigns(reading.signs, isUntrusted);
    const evidence = evidenceOf(reading, window.strength, { isUntrusted, edge });
    if (best === undefined || evidence > best.evidence) best = { evidence, reading, window };
  }
  if (best === undefined) return { score: 0, places: [] };
  const isClose = best.evidence < 0 && best.evidence > -HARM;
  const score = scoreOf(isClose && asksForHarm() ? best.evidence + HARM : best.evidence);
  return { score, places: placesOf(best.window, best.reading, score) };
}

/** Rules alone, for the inline tier: they must be surer than together with the model. */
export function judgePlainSigns(signs: readonly Sign[], isUntrusted: boolean): Judgement {
  const reading: Reading = { signs, learned: { score: 0, start: 0, end: 0 } };
  const window = strongestSigns(signs, isUntrusted);
  const score = scoreOf(window.strength - PLAIN_EDGE);
  return { score, places: placesOf(window, reading, score) };
}

/** Log-odds above the edge that a score stands for. */
export function evidenceOfScore(score: number): number {
  return Math.log(score / (1 - score)) / STEEPNESS;
}

function scoreOf(evidence: number): number {
  return 1 / (1 + Math.exp(-STEEPNESS * evidence));
}

/** Log-odds above the edge. */
function evidenceOf(
  { learned, disguise }: Reading,
  strength: number,
  { isUntrusted, edge }: Pick<JudgeOptions, 'isUntrusted' | 'edge'>,
): number {
  // A short decoded piece says too little to the model; only words that mean something count there.
  if (disguise !== undefined && strength < DISGUISED_LEAST) return NO_EVIDENCE;
  const bonus = disguise !== undefined ? DISGUISE_BONUS : 0;
  const signs = strength + bonus;
  const share = LEARNED_SHARE * Math.max(LEARNED_LEAST, Math.min(LEARNED_MOST, learned.score));
  const mixed = signs + share - edge;
  return isUntrusted ? Math.max(signs - UNTRUSTED_EDGE, mixed - 1) : mixed;
}

interface Window {
  readonly strength: number;
  readonly signs: readonly Sign[];
}

/** The stretch of text whose signs weigh most together. */
function strongestSigns(signs: readonly Sign[], isUntrusted: boolean): Window {
  const ordered = [...signs].sort((left, right) => left.start - right.start);
  let best: Window = { strength: 0, signs: [] };
  for (let from = 0; from < ordered.length; from++) {
    const limit = (ordered[from]?.start ?? 0) + WINDOW;
    // A window that begins where the one before began adds nothing.
    if (from > 0 && ordered[from]?.start === ordered[from - 1]?.start) continue;
    const strongestByName = new Map<string, Sign>();
    for (let at = from; at < ordered.length; at++) {
      const sign = ordered[at] as Sign;
      if (sign.start > limit) break;
      const known = strongestByName.get(sign.name);
      if (known === undefined || weightOf(sign, isUntrusted) > weightOf(known, isUntrusted))
        strongestByName.set(sign.name, sign);
    }
    const inWindow = [...strongestByName.values()].sort(
      (left, right) => weightOf(right, isUntrusted) - weightOf(left, isUntrusted),
    );
    let strength = 0;
    let share = 1;
    for (const sign of inWindow) {
      const weight = weightOf(sign, isUntrusted);
      strength += weight > 0 ? weight * share : weight;
      share *= FADING;
    }
    if (strength > best.strength) best = { strength, signs: inWindow };
  }
  return best;
}

function weightOf(sign: Sign, isUntrusted: boolean): number {
  return isUntrusted ? sign.untrusted : sign.weight;
}

const TELLING = 1;

/** One place per type of the signs that carry the window; the learned window when no sign does. */
function placesOf({ signs }: Window, { learned }: Reading, score: number): Judgement['places'] {
  const places: Judgement['places'][number][] = [];
  for (const { type, start, end, weight, untrusted } of signs) {
    if (Math.max(weight, untrusted) < TELLING || places.some((place) => place.type === type)) continue;
    places.push({ type, start, end, score });
  }
  if (places.length === 0 && learned.score > 0)
    places.push({ type: 'jailbreak', start: learned.start, end: learned.end, score });
  return places;
}
