import { parseSignature, SIGNATURE_VERSION } from './signature.ts';

/** What a policy says of one pattern, found by the signature of its lines. */
export interface PolicyRule {
  readonly patternId: string;
  /** Of the lock, else of the pattern; undefined: lines go by their severity. */
  readonly rate: number | undefined;
  /** Unix ms; until then the rate is boosted. 0: it is not. */
  readonly boostUntilMs: number;
}

/** A policy document as far as it could be read. */
export interface ReadPolicy {
  readonly version: number;
  readonly firstK: number;
  readonly foldErrorsPerSecond: number | undefined;
  readonly fullFidelityUntilMs: number;
  readonly serviceBoostUntilMs: number;
  readonly problems: readonly string[];
  readonly boost: number;
  readonly rates: { readonly DEBUG: number; readonly INFO: number; readonly WARNING: number; readonly global: number };
  readonly rules: ReadonlyMap<number, PolicyRule>;
}

type Fields = Readonly<Record<string, unknown>>;

const FIRST_K = 10;
const MOST_PROBLEMS = 20;
/** For what is to be kept more often, nobody knows how much. Not infinity: times a rate of 0 that is no number. */
const LARGEST_BOOST = Number.MAX_VALUE;
const FOREVER = Number.POSITIVE_INFINITY;
const KEEPS_ALL: Omit<ReadPolicy, 'problems'> = {
  version: 0,
  firstK: FIRST_K,
  foldErrorsPerSecond: undefined,
  fullFidelityUntilMs: FOREVER,
  serviceBoostUntilMs: 0,
  boost: 1,
  rates: { DEBUG: 1, INFO: 1, WARNING: 1, global: 1 },
  rules: new Map(),
};

/** A part of the document that cannot be read at all; the message names the field. */
class Unreadable extends Error {}

/** Reads a policy document, trusting nothing in it; see `compilePolicy` for what becomes of broken parts. */
export function readPolicy(raw: unknown): ReadPolicy {
  const problems: string[] = [];
  const complain = (problem: string): void => {
    if (problems.length < MOST_PROBLEMS) problems.push(problem);
  };
  try {
    return { ...readFields(fieldsOf(raw, 'the policy'), complain), problems };
  } catch (thrown) {
    const reason = thrown instanceof Unreadable ? thrown.message : 'the policy cannot be read';
    return { ...KEEPS_ALL, problems: [...problems, reason] };
  }
}

type Complain = (problem: string) => void;

function readFields(policy: Fields, complain: Complain): Omit<ReadPolicy, 'problems'> {
  const severityRates = sectionOf(policy, 'severity_rates');
  const severityRate = (name: string) => readRate(own(severityRates, name), `severity_rates.${name}`, complain);
  const boost = own(policy, 'anomaly_boost');
  const boosts = readBoosts(policy);
  return {
    version: wholeNumber(own(policy, 'policy_version')) ?? 0,
    firstK: wholeNumber(own(policy, 'first_k')) ?? FIRST_K,
    foldErrorsPerSecond: positive(own(policy, 'fold_errors_per_second')),
    fullFidelityUntilMs: readTime(own(policy, 'full_fidelity_until')),
    serviceBoostUntilMs: boosts.get(null) ?? 0,
    boost: isNumberFrom(boost, 1) ? Math.min(boost, LARGEST_BOOST) : LARGEST_BOOST,
    rates: {
      DEBUG: severityRate('DEBUG'),
      INFO: severityRate('INFO'),
      WARNING: severityRate('WARNING'),
      global: readRate(own(policy, 'global_rate'), 'global_rate', complain),
    },
    rules: readRules(policy, boosts, complain),
  };
}

function readRules(policy: Fields, boosts: Boosts, complain: Complain): Map<number, PolicyRule> {
  const rules = new Map<number, PolicyRule>();
  const locks = sectionOf(policy, 'locks');
  const rates = sectionOf(policy, 'pattern_rates');
  const patterns = sectionOf(policy, 'patterns');
  if ((own(policy, 'signature_version') ?? SIGNATURE_VERSION) !== SIGNATURE_VERSION) {
    complain('signature_version is not ours: pattern rates and locks are ignored');
    return rules;
  }
  const isLocked = (id: string) => Object.hasOwn(locks, id);
  const named = [...Object.keys(locks), ...Object.keys(rates), ...[...boosts.keys()].filter((id) => id !== null)];
  for (const patternId of new Set(named)) {
    let rate: number | undefined;
    if (isLocked(patternId)) rate = readRate(own(locks, patternId), 'a lock', complain);
    else if (Object.hasOwn(rates, patternId)) rate = readRate(own(rates, patternId), 'a pattern rate', complain);
    const rule = { patternId, rate, boostUntilMs: boosts.get(patternId) ?? 0 };
    for (const signature of signaturesOf(patternId, patterns)) {
      const other = rules.get(signature);
      rules.set(signature, other === undefined ? rule : stronger(rule, other, isLocked));
    }
  }
  return rules;
}

/** Two patterns claim the same lines: a lock wins, then whatever keeps more. */
function stronger(one: PolicyRule, other: PolicyRule, isLocked: (id: string) => boolean): PolicyRule {
  if (isLocked(one.patternId) !== isLocked(other.patternId)) return isLocked(one.patternId) ? one : other;
  return (one.rate ?? -1) > (other.rate ?? -1) ? one : other;
}

/** An id that the policy does not describe names lines only when it is itself a signature. */
function signaturesOf(patternId: string, patterns: Fields): readonly number[] {
  const pattern = own(patterns, patternId);
  if (pattern === undefined) return [readSignature(patternId)].filter((signature) => signature !== undefined);
  const signatures = own(fieldsOf(pattern, 'a pattern'), 'signatures');
  if (!Array.isArray(signatures)) throw new Unreadable('the signatures of a pattern are no list');
  return signatures.map((text) => {
    const signature = readSignature(text);
    if (signature === undefined) throw new Unreadable('a signature of a pattern is not 14 hexadecimal digits');
    return signature;
  });
}

function readSignature(text: unknown): number | undefined {
  return typeof text === 'string' ? parseSignature(text) : undefined;
}

/** When boosts end (Unix ms) by pattern id; null is the whole service. */
type Boosts = ReadonlyMap<string | null, number>;

function readBoosts(policy: Fields): Boosts {
  const list = own(policy, 'boosts') ?? [];
  if (!Array.isArray(list)) throw new Unreadable('boosts is no list');
  const ends = new Map<string | null, number>();
  for (const item of list) {
    const boost = fieldsOf(item, 'a boost');
    const patternId = own(boost, 'pattern_id') ?? null;
    if (patternId !== null && typeof patternId !== 'string') throw new Unreadable('a boost names no pattern');
    const end = readTime(own(boost, 'expires_at') ?? '');
    ends.set(patternId, Math.max(end, ends.get(patternId) ?? 0));
  }
  return ends;
}

/** Not everything that Date.parse takes: it finds a year in most texts with a number. */
const ISO_8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)$/;

/** 0 for null; a time that cannot be read never ends. */
function readTime(value: unknown): number {
  if (value === undefined || value === null) return 0;
  const time = typeof value === 'string' && ISO_8601.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? FOREVER : time;
}

function readRate(value: unknown, name: string, complain: Complain): number {
  if (isNumberFrom(value, 0) && value <= 1) return value;
  if (value !== undefined) complain(`${name} is no number from 0 to 1: its lines are kept`);
  return 1;
}

function sectionOf(policy: Fields, name: string): Fields {
  const section = own(policy, name);
  return section === undefined ? {} : fieldsOf(section, name);
}

function fieldsOf(value: unknown, name: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new Unreadable(`${name} is no object`);
}

/** Only what the document itself says; a key like `constructor` finds nothing by inheritance. */
function own(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function isNumberFrom(value: unknown, least: number): value is number {
  return typeof value === 'number' && value >= least;
}

function wholeNumber(value: unknown): number | undefined {
  return isNumberFrom(value, 0) && Number.isSafeInteger(value) ? value : undefined;
}

function positive(value: unknown): number | undefined {
  return isNumberFrom(value, Number.MIN_VALUE) && Number.isFinite(value) ? value : undefined;
}
