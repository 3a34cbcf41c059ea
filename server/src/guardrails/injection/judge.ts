import type { Reading, Sign } from './evidence.ts';
import type { InjectionType } from './rules.ts';

const WINDOW = 500;

export interface Judgement {
  /** Log-odds of the strongest window. */
  readonly logit: number;
  readonly places: readonly { readonly type: InjectionType; readonly start: number; readonly end: number; readonly logit: number }[];
}

/** Adds up what each window shows: the strongest sign in full, every further kind of sign half as much as the one before. */
export function judgeSigns(signs: readonly Sign[], isUntrusted: boolean): { strength: number; first: Sign | undefined } {
  let strength = 0;
  let first: Sign | undefined;
  const ordered = [...signs].sort((left, right) => left.start - right.start);
  const weightOf = (sign: Sign) => (isUntrusted ? sign.untrusted : sign.weight);
  for (let from = 0; from < ordered.length; from++) {
    const origin = ordered[from] as Sign;
    const byName = new Map<string, number>();
    let top = origin;
    for (let at = from; at < ordered.length; at++) {
      const sign = ordered[at] as Sign;
      if (sign.start > origin.start + WINDOW) break;
      byName.set(sign.name, Math.max(byName.get(sign.name) ?? Number.NEGATIVE_INFINITY, weightOf(sign)));
      if (weightOf(sign) > weightOf(top)) top = sign;
    }
    const sum = sumFading([...byName.values()]);
    if (sum > strength) {
      strength = sum;
      first = top;
    }
  }
  return { strength, first };
}

function sumFading(weights: number[]): number {
  weights.sort((left, right) => right - left);
  let sum = 0;
  let share = 1;
  for (const weight of weights) {
    sum += weight > 0 ? weight * share : weight;
    share *= 0.5;
  }
  return sum;
}

export function strongest(readings: readonly Reading[], isUntrusted: boolean): number {
  let best = 0;
  for (const reading of readings) {
    const { strength } = judgeSigns(reading.signs, isUntrusted);
    const bonus = reading.disguise !== undefined && strength >= 1.5 ? 1.5 : 0;
    best = Math.max(best, strength + bonus);
  }
  return best;
}
