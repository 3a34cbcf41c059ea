import { isObject, type JsonObject, numberOf, stringOf } from '../json.ts';
import { createRandom, type Random } from '../mind/random.ts';
import { type Fault, parseFault } from './fault.ts';

/** Which requests meet a fault; an absent condition matches every request. */
export interface FaultMatch {
  /** The path begins with this. */
  path?: string;
  /** The model that the request names. */
  model?: string;
  /** The credential without `Bearer `, whichever header carried it. */
  authorization?: string;
}

export interface FaultRule {
  match?: FaultMatch;
  fault: Fault | string;
  /** How many requests meet it; default one, or no end when the rule has a probability or the fault is flaky. */
  times?: number | 'always';
  /** Chance, 0 to 1, that a matching request meets it; default 1. */
  probability?: number;
}

export interface FaultCandidate {
  path: string;
  model: string | undefined;
  authorization: string | undefined;
}

interface ActiveRule {
  match: FaultMatch;
  fault: Fault;
  left: number;
  probability: number;
}

/** The scripted faults, first added first met. */
export class FaultBook {
  #rules: ActiveRule[] = [];
  #random: Random;

  constructor(seed: number) {
    this.#random = createRandom(seed);
  }

  reseed(seed: number): void {
    this.#random = createRandom(seed);
  }

  add(rule: FaultRule): void {
    const fault = parseFault(rule.fault);
    const endless = rule.probability !== undefined || fault.kind === 'flaky';
    const times = rule.times ?? (endless ? 'always' : 1);
    const left = times === 'always' ? Number.POSITIVE_INFINITY : times;
    this.#rules.push({ match: rule.match ?? {}, fault, left, probability: rule.probability ?? 1 });
  }

  clear(): void {
    this.#rules = [];
  }

  /** Faults still waiting for a request; endless rules count as one. */
  get pending(): number {
    return this.#rules.reduce((sum, rule) => sum + (Number.isFinite(rule.left) ? rule.left : 1), 0);
  }

  /** The fault that this request meets, used up by asking. */
  take(candidate: FaultCandidate): Fault | undefined {
    const rule = this.#rules.find((each) => matches(each.match, candidate) && this.#random.next() < each.probability);
    if (!rule) return undefined;
    rule.left -= 1;
    if (rule.left <= 0) this.#rules = this.#rules.filter((each) => each !== rule);
    return this.resolve(rule.fault);
  }

  /** A flaky fault is a 500 or nothing, by its own chance; every other fault is itself. */
  resolve(fault: Fault): Fault | undefined {
    if (fault.kind !== 'flaky') return fault;
    return this.#random.next() < (fault.probability ?? 0.5) ? { kind: 'status', code: 500 } : undefined;
  }
}

/** Reads a rule from the control API; throws an error that names what is wrong. */
export function parseFaultRule(value: unknown): FaultRule {
  if (!isObject(value)) throw new Error('a fault rule is an object {match?, fault, times?, probability?}');
  const unknown = Object.keys(value).find((key) => !['match', 'fault', 'times', 'probability'].includes(key));
  if (unknown !== undefined) throw new Error(`unknown field ${unknown} of a fault rule`);
  const rule: FaultRule = { fault: parseFault(value.fault), match: parseMatch(value.match) };
  const probability = numberOf(value.probability);
  if (probability !== undefined) rule.probability = probability;
  if (value.times === 'always') rule.times = 'always';
  else if (Number.isInteger(value.times) && Number(value.times) > 0) rule.times = Number(value.times);
  else if (value.times !== undefined) throw new Error('times must be a whole number above 0 or "always"');
  return rule;
}

function parseMatch(value: unknown): FaultMatch {
  if (value === undefined) return {};
  if (!isObject(value)) throw new Error('match must be an object {path?, model?, authorization?}');
  const match: JsonObject = {};
  for (const [name, condition] of Object.entries(value)) {
    if (!['path', 'model', 'authorization'].includes(name)) throw new Error(`unknown condition match.${name}`);
    match[name] = stringOf(condition);
    if (match[name] === undefined) throw new Error(`match.${name} must be a string`);
  }
  return match;
}

function matches(match: FaultMatch, candidate: FaultCandidate): boolean {
  if (match.path !== undefined && !candidate.path.startsWith(match.path)) return false;
  if (match.model !== undefined && match.model !== candidate.model) return false;
  return match.authorization === undefined || match.authorization === candidate.authorization;
}
