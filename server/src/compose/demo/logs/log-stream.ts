import type { Severity } from '@weir/sampler';
import { createRandom, type Random } from '../../../simulator/mind/random.ts';
import { WORDINGS, type Wording } from './wordings.ts';

/** A line as an application hands it to its logger. */
export interface WrittenLine {
  readonly wording: Wording;
  readonly severity: Severity;
  readonly body: string;
  /** Unix milliseconds. */
  readonly time: number;
  /** 32 hexadecimal digits: the request that it belongs to. */
  readonly traceId: string;
}

const WORDS = ['lamp', 'desk', 'kettle', 'mirror', 'parcel', 'invoice', 'garden'] as const;
const TABLES = ['orders', 'customers', 'invoices', 'shipments', 'returns'] as const;
const USERS = ['ada', 'brook', 'cleo', 'dara', 'emil', 'farah'] as const;
/** The part of a window that an incident lasts, at its end. */
const INCIDENT_FROM = 0.85;
/** Lines of one request, more or less. */
const LINES_PER_TRACE = 4;

const VALUES: Readonly<Record<string, (random: Random) => string>> = {
  n: (random) => String(random.integer(1, 99_999)),
  ms: (random) => String(random.integer(1, 900)),
  small: (random) => String(random.integer(1, 9)),
  hex: (random) => hex(random, 8),
  ip: (random) => `10.${random.integer(0, 255)}.${random.integer(0, 255)}.${random.integer(1, 254)}`,
  word: (random) => random.pick(WORDS),
  table: (random) => random.pick(TABLES),
  user: (random) => random.pick(USERS),
};

/** So many lines of a project's application over a time, oldest first; the same seed gives the same lines. */
export function logStream(of: {
  project: string;
  lines: number;
  seed: number;
  fromMs: number;
  toMs: number;
  /** Whether something goes wrong towards the end. */
  hasIncident: boolean;
}): WrittenLine[] {
  const random = createRandom(of.seed);
  const wordings = WORDINGS[of.project] ?? [];
  const calm = cumulated(wordings, () => 1);
  const incident = cumulated(wordings, ({ incident = 1 }) => incident);
  const traces = Array.from({ length: LINES_PER_TRACE * 5 }, () => hex(random, 32));
  return Array.from({ length: of.lines }, (_, at): WrittenLine => {
    const share = at / of.lines;
    const wording = drawn(of.hasIncident && share >= INCIDENT_FROM ? incident : calm, random);
    // Some requests are under way at once; now and then one ends and another begins.
    if (at % LINES_PER_TRACE === 0) traces[random.integer(0, traces.length - 1)] = hex(random, 32);
    return {
      wording,
      severity: wording.severity,
      body: wording.text.replaceAll(/\{(\w+)\}/g, (_, kind: string) => VALUES[kind]?.(random) ?? kind),
      time: Math.floor(of.fromMs + share * (of.toMs - of.fromMs)),
      traceId: traces[random.integer(0, traces.length - 1)] ?? '',
    };
  });
}

type Cumulated = readonly { readonly wording: Wording; readonly upTo: number }[];

function cumulated(wordings: readonly Wording[], factor: (wording: Wording) => number): Cumulated {
  let upTo = 0;
  return wordings.map((wording) => {
    upTo += wording.weight * factor(wording);
    return { wording, upTo };
  });
}

function drawn(wordings: Cumulated, random: Random): Wording {
  const last = wordings.at(-1);
  if (last === undefined) throw new Error('a project without wordings writes no lines');
  const at = random.next() * last.upTo;
  return (wordings.find(({ upTo }) => at < upTo) ?? last).wording;
}

function hex(random: Random, digits: number): string {
  return Array.from({ length: digits }, () => random.integer(0, 15).toString(16)).join('');
}
