import type { LogPolicy } from '@weir/contract';
import { type CompiledPolicy, isKeptAt, keyRandomness, severityOf, traceRandomness } from '@weir/sampler/decision';
import { formatSignature, SIGNATURE_VERSION, signatureOf } from '@weir/sampler/signature';
import { createRandom, type Random } from '../../../server/src/simulator/mind/random.ts';
import type { LogEvent } from '../log-event.ts';

/** A pattern of the test's policy: its rate or lock, and lines that are its own. */
interface TestPattern {
  readonly id: string;
  readonly template: string;
  readonly rate?: number;
  readonly lock?: number;
  line(random: Random): string;
}

const USERS = ['ana', 'björn', '李雷', 'o’neil', 'x.y+z'] as const;

const PATTERNS: readonly TestPattern[] = [
  {
    id: 'polled',
    template: 'Polled queue orders: <*> messages',
    rate: 0.02,
    line: (r) => `Polled queue orders: ${r.integer(1, 999)} messages`,
  },
  { id: 'beat', template: 'Heartbeat <*> ok', rate: 0, line: (r) => `Heartbeat ${r.integer(1, 99_999)} ok` },
  { id: 'paid', template: 'Order <*> paid', rate: 1, line: (r) => `Order ${r.integer(1, 99_999)} paid` },
  {
    id: 'audit',
    template: 'Role of user <*> changed',
    rate: 0.05,
    lock: 1,
    line: (r) => `Role of user ${r.integer(1, 999)} changed`,
  },
  {
    id: 'muted',
    template: 'Cache warmed in <*> ms',
    rate: 0.5,
    lock: 0.1,
    line: (r) => `Cache warmed in ${r.integer(1, 999)} ms`,
  },
  {
    id: 'signs',
    template: 'sum(a+b)*[c|d]? = $<*> ^{x} \\d \'quoted\' "double" 100%',
    rate: 0.2,
    line: (r) => `sum(a+b)*[c|d]? = $${r.integer(1, 9_999)} ^{x} \\d 'quoted' "double" 100%`,
  },
  {
    id: 'price',
    template: 'Total $5 or ${x} or $$ for <*>$',
    rate: 0.35,
    line: (r) => `Total $5 or \${x} or $$ for ${r.integer(1, 9_999)}$`,
  },
  {
    id: 'words',
    template: 'Вход выполнен ✓ für <*> — 完了',
    rate: 0.3,
    line: (r) => `Вход выполнен ✓ für ${r.integer(1, 9_999)} — 完了`,
  },
  {
    id: 'shout',
    template: 'CACHE WARMED IN <*> MS',
    rate: 0.7,
    line: (r) => `CACHE WARMED IN ${r.integer(1, 999)} MS`,
  },
];

/** Lines of no pattern, whose rates are those of their severities. */
const OTHERS: ((random: Random) => string)[] = [
  (r) => `Nothing special happened to ${r.pick(USERS)}`,
  (r) => `prefix Order ${r.integer(1, 999)} paid by ${r.pick(USERS)}`,
  () => '',
  () => 'two\nlines',
];

const SEVERITIES = ['DEBUG', 'INFO', 'WARNING', 'WARN', 'ERROR', 'CRITICAL', 'FATAL', 'TRACE', undefined] as const;

/** A policy with all severities, locks, rates of 0 and 1, signs of regular expressions and letters of several scripts. */
export function testPolicy(): LogPolicy {
  const random = createRandom(5);
  const signatures = (pattern: TestPattern) => [
    ...new Set(Array.from({ length: 2_000 }, () => formatSignature(signatureOf(pattern.line(random))))),
  ];
  const by = <Value>(read: (pattern: TestPattern) => Value | undefined): Record<string, Value> =>
    Object.fromEntries(
      PATTERNS.flatMap((pattern) => {
        const value = read(pattern);
        return value === undefined ? [] : [[pattern.id, value]];
      }),
    );
  return {
    policy_id: 1,
    policy_version: 3,
    service_name: 'shop',
    signature_version: SIGNATURE_VERSION,
    global_rate: 0.4,
    severity_rates: { DEBUG: 0.05, INFO: 0.25, WARNING: 0.6, ERROR: 1, CRITICAL: 1 },
    pattern_rates: by((pattern) => pattern.rate),
    locks: by((pattern) => pattern.lock),
    patterns: by((pattern) => ({ template: pattern.template, signatures: signatures(pattern) })),
    anomaly_boost: 3,
    boosts: [],
    first_k: 0,
    full_fidelity_until: null,
    fold_errors_per_second: null,
    reasoning: 'A test.',
    generated_by: 'rules',
    model: null,
    author: 'cli',
    inputs_hash: '0'.repeat(64),
    created_at: '2026-03-01T12:00:00Z',
    analysis_summary: {
      total_logs: 20_000,
      unique_patterns: PATTERNS.length,
      clusters: PATTERNS.length,
      anomalies: 0,
      error_rate: 0.3,
      severity_distribution: {},
    },
  };
}

/** A line and the group that it is counted in: its pattern and its severity. */
export interface TestLine {
  readonly group: string;
  readonly event: LogEvent;
}

/** Lines of every pattern and none, in every severity; three of four have a trace of their own. */
export function testLines(count: number, seed: number): TestLine[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const pattern = PATTERNS[random.integer(0, PATTERNS.length + 1)];
    const severity = SEVERITIES[random.integer(0, SEVERITIES.length - 1)];
    const message =
      pattern === undefined
        ? (OTHERS[random.integer(0, OTHERS.length - 1)] as (r: Random) => string)(random)
        : pattern.line(random);
    const traceId = random.next() < 0.75 ? hexadecimal(random, 32) : undefined;
    const event = { message, severity, traceId, attributes: { request_id: hexadecimal(random, 16) } };
    return { group: `${pattern?.id ?? 'none'} at ${severity ?? 'no severity'}`, event };
  });
}

/** The rate that the sampler itself uses for a line. */
export function rateBySampler(policy: CompiledPolicy, { message, severity }: LogEvent): number {
  return policy.rateOf(severityOf(severity), policy.ruleOf(signatureOf(message)), Date.parse('2026-03-01T12:00:00Z'));
}

/** The sampler's own decision: by the trace, else by the request. */
export function isKeptBySampler(policy: CompiledPolicy, event: LogEvent): boolean {
  const randomness =
    event.traceId === undefined ? keyRandomness(String(event.attributes?.request_id)) : traceRandomness(event.traceId);
  return isKeptAt(rateBySampler(policy, event), randomness);
}

function hexadecimal(random: Random, digits: number): string {
  return Array.from({ length: digits }, () => random.integer(0, 15).toString(16)).join('');
}
