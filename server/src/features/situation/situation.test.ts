import { describe, expect, it } from 'vitest';
import type { BudgetFact, CallFact, Facts, KeyFact } from './facts.ts';
import { situationOf } from './situation.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const FINE: Facts = { nowMs: NOW, calls: [], targets: [], budgets: [], keys: [], judgements: [], runs: [] };

const told = (facts: Partial<Facts>) => situationOf({ ...FINE, ...facts }).map(({ sentence }) => sentence);
const times = <T>(count: number, of: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => of(at));

function call(of: Partial<CallFact> & { ms?: number; provider?: string } = {}): CallFact {
  const { ms = 100, provider = 'openai', failed = false, ...rest } = of;
  const attempts = [{ provider, model: 'gpt-4o', failed, ms }];
  const shape = { requestId: 'r', projectId: 'p', atMs: NOW - MINUTE, model: 'gpt-4o', failed };
  return { ...shape, asksCache: false, isHit: false, attempts, ...rest };
}

it('is nothing when all is well', () => {
  expect(told({ calls: times(100, () => call()) })).toEqual([]);
});

describe('a provider is down', () => {
  const sentence = 'openai is down: 5 of 10 tries failed.';
  const calls = (failed: number, fine: number, atMs = NOW - MINUTE) => [
    ...times(failed, () => call({ failed: true, atMs })),
    ...times(fine, () => call({ atMs })),
  ];
  it('when half of five or more tries failed within two minutes', () => {
    expect(told({ calls: calls(5, 5) })).toEqual([sentence]);
    expect(told({ calls: calls(4, 0) })).toEqual([]);
    expect(told({ calls: calls(5, 6) })).toEqual([]);
    expect(told({ calls: calls(5, 5, NOW - 2 * MINUTE) })).toEqual([]);
  });
  it('when its breaker is not closed', () => {
    const target = { provider: 'groq', lastError: 'upstream.timeout' } as const;
    expect(told({ targets: [{ ...target, breaker: 'open' }] })).toEqual(['groq is down: calls to it rest.']);
    expect(told({ targets: [{ ...target, breaker: 'half-open' }] })).toEqual(['groq is down: calls to it rest.']);
    expect(told({ targets: [{ ...target, breaker: 'closed' }] })).toEqual([]);
  });
  it('when it refuses our credential', () => {
    const targets = [{ provider: 'groq', breaker: 'closed', lastError: 'upstream.auth' } as const];
    expect(told({ targets })).toEqual(['groq refuses our credential.']);
  });
});

describe('a provider is slow', () => {
  const calls = (of: { before: number; beforeMs: number; recentMs: number; atMs?: number }) => [
    ...times(of.before, () => call({ ms: of.beforeMs, atMs: NOW - HOUR })),
    ...times(10, () => call({ ms: of.recentMs, atMs: of.atMs ?? NOW - MINUTE })),
  ];
  it('when its ten latest answers take three times as long as those before', () => {
    const sentence = 'openai/gpt-4o is slow: 0.9 s instead of 0.3 s.';
    expect(told({ calls: calls({ before: 20, beforeMs: 300, recentMs: 900 }) })).toEqual([sentence]);
    expect(told({ calls: calls({ before: 20, beforeMs: 300, recentMs: 899 }) })).toEqual([]);
    expect(told({ calls: calls({ before: 19, beforeMs: 300, recentMs: 900 }) })).toEqual([]);
    expect(told({ calls: calls({ before: 20, beforeMs: 300, recentMs: 900, atMs: NOW - 10 * MINUTE }) })).toEqual([]);
  });
  it('only when a person would notice', () => {
    expect(told({ calls: calls({ before: 20, beforeMs: 10, recentMs: 309 }) })).toEqual([]);
    expect(told({ calls: calls({ before: 20, beforeMs: 10, recentMs: 310 }) })).toHaveLength(1);
  });
});

describe('a budget is nearly gone', () => {
  const budget = (usedNano: number, of: Partial<BudgetFact> = {}): Partial<Facts> => ({
    budgets: [
      {
        ...{ budget: { scope: 'key', id: 'key_1' }, name: 'ci', limitNano: 100, usedNano },
        ...{ startsAt: NOW - 12 * HOUR, endsAt: NOW + 12 * HOUR, ...of },
      },
    ],
  });
  it('when nine tenths are used and more of its time is left', () => {
    expect(told(budget(90))).toEqual(['Budget of key ci: 10% left for 12 hours.']);
    expect(told(budget(89))).toEqual([]);
    expect(told(budget(90, { startsAt: NOW - 90, endsAt: NOW + 10 }))).toEqual([]);
    expect(told(budget(90, { startsAt: NOW - 89, endsAt: NOW + 11 }))).toHaveLength(1);
  });
  it('or used up', () => {
    expect(told(budget(100))).toEqual(['Budget of key ci is used up for 12 hours.']);
    const total = budget(100, { endsAt: Number.POSITIVE_INFINITY });
    expect(told(total)).toEqual(['Budget of key ci is used up.']);
  });
});

describe('a key leaks', () => {
  const key = (of: Partial<KeyFact>): Partial<Facts> => ({
    keys: [
      {
        ...{ id: 'key_1', name: 'ci', calls: 0, nano: 0 },
        ...{ busiestHourCalls: 120, dearestHourNano: 6e9, knownHours: 3, ...of },
      },
    ],
  });
  it('when it makes five times the calls of its busiest hour', () => {
    expect(told(key({ calls: 100 }))).toEqual(['Key ci may be leaking: 5 times its usual calls.']);
    expect(told(key({ calls: 99 }))).toEqual([]);
    expect(told(key({ calls: 100, busiestHourCalls: 121 }))).toEqual([]);
  });
  it('or spends as much', () => {
    expect(told(key({ nano: 5e9 }))).toEqual(['Key ci may be leaking: 5 times its usual spend.']);
    expect(told(key({ nano: 4.9e9 }))).toEqual([]);
    expect(told(key({ nano: 0.9e9, dearestHourNano: 0 }))).toEqual([]);
  });
  it('never when nobody knows what is usual for it', () => {
    expect(told(key({ calls: 5000, nano: 9e9, knownHours: 0 }))).toEqual([]);
  });
});

describe('errors surge', () => {
  const calls = (of: { failed: number; fine: number; failedBefore?: number; provider?: string }) => [
    ...times(50, (at) => call({ failed: at < (of.failedBefore ?? 0), atMs: NOW - HOUR })),
    ...times(of.fine, () => call()),
    ...times(of.failed, (at) => call({ failed: true, atMs: NOW - 3 * MINUTE, provider: of.provider ?? `p${at % 5}` })),
  ];
  it('when a fifth of ten or more calls fail that did not before', () => {
    expect(told({ calls: calls({ failed: 10, fine: 40 }) })).toEqual([
      'Errors surge on gpt-4o: 10 of 50 calls failed.',
    ]);
    expect(told({ calls: calls({ failed: 9, fine: 0 }) })).toEqual([]);
    expect(told({ calls: calls({ failed: 10, fine: 41 }) })).toEqual([]);
    expect(told({ calls: calls({ failed: 10, fine: 40, failedBefore: 4 }) })).toEqual([]);
  });
  it('is not told beside the provider that explains it', () => {
    const targets = [{ provider: 'groq', breaker: 'open', lastError: 'upstream.timeout' } as const];
    expect(told({ targets, calls: calls({ failed: 30, fine: 0, provider: 'groq' }) })).toEqual([
      'groq is down: calls to it rest.',
    ]);
  });
});

describe('the cache stopped', () => {
  const asked = (of: { before: number; hitsBefore: number; hits: number }) => [
    ...times(of.before, (at) => call({ asksCache: true, isHit: at < of.hitsBefore, atMs: NOW - HOUR })),
    ...times(20, (at) => call({ asksCache: true, isHit: at < of.hits })),
  ];
  it('when a third of the usual share of hits is left', () => {
    const sentence = 'The cache stopped working: hits fell from 60% to 20%.';
    expect(told({ calls: asked({ before: 50, hitsBefore: 30, hits: 4 }) })).toEqual([sentence]);
    expect(told({ calls: asked({ before: 50, hitsBefore: 30, hits: 5 }) })).toEqual([]);
    expect(told({ calls: asked({ before: 49, hitsBefore: 30, hits: 0 }) })).toEqual([]);
    expect(told({ calls: asked({ before: 50, hitsBefore: 9, hits: 0 }) })).toEqual([]);
  });
  it('is nothing where calls do not ask it', () => {
    expect(told({ calls: times(100, () => call({ asksCache: false })) })).toEqual([]);
  });
});

describe('a guardrail is wrong', () => {
  const judged = (wrong: number, right: number): Partial<Facts> => ({
    judgements: [
      ...times(wrong, () => ({ guardrail: 'pii', isFalseAlarm: true })),
      ...times(right, () => ({ guardrail: 'pii', isFalseAlarm: false })),
    ],
  });
  it('when people say so of three findings and of half of them', () => {
    expect(told(judged(3, 3))).toEqual(['Guardrail pii stops good calls: 3 false alarms reported.']);
    expect(told(judged(2, 0))).toEqual([]);
    expect(told(judged(3, 4))).toEqual([]);
  });
});

describe('a workflow is stuck', () => {
  const run = (movedAt: number, needsAttention = false) => ({ id: 'r', workflow: 'nightly', movedAt, needsAttention });
  it('when nothing happened in a run for ten minutes that should go on', () => {
    const sentence = 'Workflow nightly is stuck: still for 10 minutes.';
    expect(told({ runs: [run(NOW - 10 * MINUTE)] })).toEqual([sentence]);
    expect(told({ runs: [run(NOW - 10 * MINUTE + 1)] })).toEqual([]);
    const two = [run(NOW - 3 * HOUR), run(NOW - HOUR)];
    expect(told({ runs: two })).toEqual(['Workflow nightly is stuck, 2 runs: still for 3 hours.']);
  });
  it('or a step needs a person', () => {
    expect(told({ runs: [run(NOW - MINUTE, true)] })).toEqual(['Workflow nightly is stuck: still for 1 minute.']);
  });
});

it('says the worst first, in at most twelve words whatever things are called', () => {
  const long = 'a name of very many words that goes on and on without an end in sight';
  const facts: Facts = {
    ...FINE,
    calls: [
      ...times(80, (at) => call({ asksCache: true, isHit: at % 2 === 0, ms: 10, atMs: NOW - HOUR, provider: long })),
      ...times(20, () => call({ asksCache: true, ms: 9000, provider: long })),
      ...times(12, () => call({ failed: true, model: long, attempts: [] })),
    ],
    targets: [{ provider: long, breaker: 'open', lastError: undefined }],
    budgets: [
      {
        ...{ budget: { scope: 'mcp_server', id: 'x' }, name: long, limitNano: 100, usedNano: 95 },
        ...{ startsAt: NOW - 30 * HOUR, endsAt: NOW + 400 * HOUR },
      },
    ],
    keys: [...[{ id: 'k', name: long, calls: 900, nano: 0, busiestHourCalls: 1, dearestHourNano: 1, knownHours: 1 }]],
    judgements: times(3, () => ({ guardrail: long, isFalseAlarm: true })),
    runs: times(2, () => ({ id: 'r', workflow: long, movedAt: NOW - HOUR, needsAttention: false })),
  };
  const situation = situationOf(facts);
  expect(new Set(situation.map(({ cause }) => cause)).size).toBe(8);
  const critical = situation.map(({ severity }) => severity === 'critical');
  expect(critical).toEqual([...critical].sort((left, right) => Number(right) - Number(left)));
  for (const { sentence } of situation) expect(sentence.split(/\s+/).length, sentence).toBeLessThanOrEqual(12);
});
