import type { LogSeverity } from '@weir/contract';
import type { LogPattern } from '../pattern.ts';
import { isProtected, type LineSeverity, type TrafficGroup } from '../traffic.ts';
import { allocate, type Share } from './allocate.ts';
import {
  DEFAULT_FIRST_K,
  DEFAULT_GLOBAL_RATE,
  DEFAULT_SEVERITY_RATES,
  LOWEST_RATE,
  repetitiveRate,
} from './default-rates.ts';
import { type Expectation, expected, freeLines } from './expected.ts';

export interface RateQuestion {
  readonly patterns: readonly LogPattern[];
  /** The window's lines. */
  readonly groups: readonly TrafficGroup[];
  /** Bytes of such a window that may be kept; undefined: no target, the default rates. */
  readonly targetBytes: number | undefined;
  /** What examples of a pattern are worth, by id; 1 where it says nothing. */
  readonly weights: ReadonlyMap<string, number>;
  /** Rates that a person set, by pattern id. */
  readonly locks: Readonly<Record<string, number>>;
  /** -1: all for the rare ones .. 1: all cut alike; undefined: -0.7 from a keep share of 40 % on, 0.5 below. */
  readonly alpha?: number | undefined;
}

/** Without protection and boosts, which the decision adds. */
export interface Rates {
  readonly global: number;
  readonly severity: Record<LogSeverity, number>;
  readonly pattern: Record<string, number>;
  readonly firstK: number;
}

export interface Solution {
  readonly rates: Rates;
  readonly expectation: Expectation;
  /** undefined: nobody asked for one. */
  readonly target: { readonly bytes: number; readonly floorBytes: number; readonly isReachable: boolean } | undefined;
}

/** Patterns with a rate of their own: those with the most bytes. The others share the rate of their severity. */
const MAX_PATTERN_RATES = 2000;
/** Most of what may be spent beyond errors and locks that goes into the first lines of every signature. */
const FIRST_LINES_SHARE = 0.25;
/** From this share of bytes on, rare patterns can be kept nearly whole; below it that would cost the counts of the loud ones. */
const WIDE_FROM = 0.4;
const WIDE_ALPHA = -0.7;
const POWER_ALPHA = 0.5;

/** The rates that keep a target, or the default rates, with what they will do to a window like this one. */
export function solveRates(question: RateQuestion): Solution {
  const { groups, targetBytes, locks } = question;
  const rates = targetBytes === undefined ? defaultRates(question) : ratesFor(targetBytes, question);
  const expectation = expected(groups, { firstK: rates.firstK, rateOf: (group) => rateOf(rates, locks, group) });
  if (targetBytes === undefined) return { rates, expectation, target: undefined };
  const floorBytes = floorOf(question);
  return { rates, expectation, target: { bytes: targetBytes, floorBytes, isReachable: targetBytes >= floorBytes } };
}

/** Lock over pattern rate over severity rate over global rate. */
export function rateOf(rates: Rates, locks: Readonly<Record<string, number>>, group: TrafficGroup): number {
  const { pattern, severity } = group;
  if (isProtected(severity)) return 1;
  return locks[pattern] ?? rates.pattern[pattern] ?? (severity === undefined ? rates.global : rates.severity[severity]);
}

function defaultRates({ patterns, groups }: RateQuestion): Rates {
  const allLines = groups.reduce((sum, { lines }) => sum + lines, 0);
  const pattern: Record<string, number> = {};
  for (const { id, lines, severities } of patterns) {
    const rate = repetitiveRate({ lines, allLines, severity: mostly(severities, lines) });
    if (rate !== undefined) pattern[id] = rounded(rate);
  }
  return { global: DEFAULT_GLOBAL_RATE, severity: DEFAULT_SEVERITY_RATES, pattern, firstK: DEFAULT_FIRST_K };
}

/** The severity of most of its lines; undefined: most say none. */
function mostly(severities: LogPattern['severities'], lines: number): LogSeverity | undefined {
  let most: LogSeverity | undefined;
  let unsaid = lines;
  for (const count of Object.values(severities)) unsaid -= count;
  let highest = unsaid;
  for (const [severity, count] of Object.entries(severities)) {
    if (count <= highest) continue;
    highest = count;
    most = severity as LogSeverity;
  }
  return most;
}

function ratesFor(targetBytes: number, question: RateQuestion): Rates {
  const { groups, locks } = question;
  const firstK = firstLinesFor(targetBytes, question);
  const free = freeLines(groups, firstK);
  const shares = sharesOf(question, free);
  const budgetBytes = targetBytes - certainBytes(groups, locks, free);
  const allBytes = groups.reduce((sum, { bytes }) => sum + bytes, 0);
  const alpha = question.alpha ?? (targetBytes >= WIDE_FROM * allBytes ? WIDE_ALPHA : POWER_ALPHA);
  const found = allocate(
    shares.map((share) => ({ ...share, weight: share.weight * share.members ** (2 * (1 - alpha)) })),
    { budgetBytes, alpha },
  );
  const pattern: Record<string, number> = {};
  const tail = new Map<LineSeverity | undefined, number>();
  for (const [at, { owner }] of shares.entries()) {
    const rate = rounded(found[at] ?? 1);
    if ('pattern' in owner) pattern[owner.pattern] = rate;
    else tail.set(owner.severity, rate);
  }
  const rareOnes = question.patterns.length <= MAX_PATTERN_RATES ? question.patterns : [];
  for (const { id } of rareOnes) if (locks[id] === undefined) pattern[id] ??= 1;
  const mean = (severity: LogSeverity | undefined, otherwise: number) =>
    tail.get(severity) ?? meanRate({ groups, free, severity, pattern, locks }) ?? otherwise;
  const { DEBUG, INFO, WARNING } = DEFAULT_SEVERITY_RATES;
  return {
    global: mean(undefined, DEFAULT_GLOBAL_RATE),
    severity: {
      DEBUG: mean('DEBUG', DEBUG),
      INFO: mean('INFO', INFO),
      WARNING: mean('WARNING', WARNING),
      ERROR: 1,
      CRITICAL: 1,
    },
    pattern,
    firstK,
  };
}

interface OwnedShare extends Share {
  readonly owner: { readonly pattern: string } | { readonly severity: LineSeverity | undefined };
  /** Patterns in it. */
  readonly members: number;
}

/** What the budget is divided among: the patterns with the most bytes, and the others together by severity. */
function sharesOf({ patterns, groups, weights, locks }: RateQuestion, free: readonly number[]): OwnedShare[] {
  const ranked = [...patterns].sort((a, b) => b.bytes - a.bytes || (a.id < b.id ? -1 : 1));
  const named = new Set(ranked.slice(0, MAX_PATTERN_RATES).map(({ id }) => id));
  const sums = new Map<string, { owner: OwnedShare['owner']; lines: number; bytes: number; members: Set<string> }>();
  for (const [at, group] of groups.entries()) {
    const lines = free[at] ?? 0;
    if (lines === 0 || locks[group.pattern] !== undefined) continue;
    const { pattern, severity } = group;
    const key = named.has(pattern) ? `pattern ${pattern}` : `severity ${severity}`;
    const owner = named.has(pattern) ? { pattern } : { severity };
    const sum = sums.get(key) ?? { owner, lines: 0, bytes: 0, members: new Set() };
    sum.lines += lines;
    sum.bytes += (group.bytes * lines) / group.lines;
    sum.members.add(pattern);
    sums.set(key, sum);
  }
  return [...sums.values()].map(({ owner, lines, bytes, members }) => ({
    owner,
    members: members.size,
    lines,
    lineBytes: Math.max(bytes / lines, 1e-9),
    weight: 'pattern' in owner ? (weights.get(owner.pattern) ?? 1) : 1,
    floor: LOWEST_RATE,
  }));
}

/** Bytes that no rate of the solver changes: protected lines, first lines, and what locks keep. */
function certainBytes(
  groups: readonly TrafficGroup[],
  locks: Readonly<Record<string, number>>,
  free: readonly number[],
): number {
  let bytes = 0;
  for (const [at, group] of groups.entries()) {
    const lock = locks[group.pattern] ?? 0;
    const kept = group.lines - (free[at] ?? 0) * (1 - lock);
    if (group.lines > 0) bytes += (group.bytes * kept) / group.lines;
  }
  return bytes;
}

/** The most first lines, at most ten and at least one, that leave most of the budget to the rates. */
function firstLinesFor(targetBytes: number, { groups, locks }: RateQuestion): number {
  const without = certainBytes(groups, locks, freeLines(groups, 0));
  const most = FIRST_LINES_SHARE * (targetBytes - without);
  for (let firstK = DEFAULT_FIRST_K; firstK > 1; firstK--) {
    if (certainBytes(groups, locks, freeLines(groups, firstK)) - without <= most) return firstK;
  }
  return 1;
}

/** The least that can be kept: errors, locks, one line of each signature, and the lowest rate of everything else. */
function floorOf({ groups, locks }: RateQuestion): number {
  const free = freeLines(groups, 1);
  let floor = certainBytes(groups, locks, free);
  for (const [at, { pattern, lines, bytes }] of groups.entries()) {
    if (locks[pattern] === undefined && lines > 0) floor += (LOWEST_RATE * bytes * (free[at] ?? 0)) / lines;
  }
  return floor;
}

/** What lines of a severity get on average: the best guess for those of patterns that nobody has seen yet. */
function meanRate(of: {
  groups: readonly TrafficGroup[];
  free: readonly number[];
  severity: LogSeverity | undefined;
  pattern: Readonly<Record<string, number>>;
  locks: Readonly<Record<string, number>>;
}): number | undefined {
  let all = 0;
  let kept = 0;
  for (const [at, group] of of.groups.entries()) {
    if (group.severity !== of.severity) continue;
    const bytes = group.lines === 0 ? 0 : (group.bytes * (of.free[at] ?? 0)) / group.lines;
    all += bytes;
    kept += bytes * (of.locks[group.pattern] ?? of.pattern[group.pattern] ?? 1);
  }
  return all === 0 ? undefined : rounded(kept / all);
}

function rounded(rate: number): number {
  return Math.round(rate * 1e6) / 1e6;
}
