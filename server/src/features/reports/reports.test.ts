import { describe, expect, test } from 'vitest';
import { buckets, NOON, settled } from '../../../../test/contracts/ledger-records.ts';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import { requirement } from '../../../../test/support/requirement.ts';
import { temporaryLedger } from '../../../../test/support/temporary-ledger.ts';
import { DAY_MS, HOUR_MS } from '../../kernel/time.ts';
import type { UsageRecord } from '../../kernel/usage-record.ts';
import type { GroupBy } from '../../ports/ledger.ts';
import { createReports } from './reports.ts';

const DAY = { fromMs: NOON - DAY_MS / 2, toMs: NOON + DAY_MS / 2 };

function failed(id: string, changes: Partial<UsageRecord> = {}): UsageRecord {
  return settled(id, {
    success: false,
    status: 503,
    error_code: 'upstream.unavailable',
    error: 'ProviderError: the provider failed',
    tokens: buckets({}),
    tokens_used: 0,
    cost_nano_usd: 0,
    cost_usd: 0,
    ...changes,
  });
}

async function reportsOf(records: readonly UsageRecord[]) {
  return createReports(await temporaryLedger(records), new ManualClock());
}

describe(requirement('B7'), () => {
  const records = [
    settled('a', { cost_nano_usd: 100_000_000, agent_type: 'tutor' }),
    settled('b', { cost_nano_usd: 200_000_000, agent_type: 'tutor', model: 'gpt-4' }),
    settled('c', {
      cost_nano_usd: 50_000_000,
      agent_type: null,
      timestamp: NOON + HOUR_MS,
      saved_nano_usd: 25_000_000,
    }),
    failed('d', { agent_type: 'judge' }),
    settled('foreign', { project_id: 'project_2', cost_nano_usd: 999 }),
    settled('later', { timestamp: DAY.toMs, cost_nano_usd: 999 }),
  ];

  test('sums costs by agent and model, tokens, calls and successes of one project and period', async () => {
    const reports = await reportsOf(records);
    expect(await reports.usage({ projectId: 'project_1', ...DAY, groupBy: [] })).toEqual({
      from: '2026-11-20T00:00:00.000Z',
      to: '2026-11-21T00:00:00.000Z',
      total_cost: 0.35,
      cost_by_agent: { tutor: 0.3, unknown: 0.05, judge: 0 },
      cost_by_model: { 'gpt-4o-mini': 0.15, 'gpt-4': 0.2 },
      token_usage: { input: 30, output: 15, total: 45 },
      request_count: 4,
      success_rate: 0.75,
      unpriced_count: 0,
      estimated_count: 0,
      saved_usd: 0.025,
      groups: [],
    });
  });

  test('breaks down by what group_by names, with times as ISO 8601 and absence as null', async () => {
    const reports = await reportsOf(records);
    const query = { projectId: 'project_1', ...DAY, groupBy: ['hour', 'agent'] as GroupBy[] };
    const { groups } = await reports.usage(query);
    expect(
      groups.map(({ hour, agent, request_count, total_cost }) => [hour, agent, request_count, total_cost]),
    ).toEqual(
      expect.arrayContaining([
        ['2026-11-20T12:00:00Z', 'tutor', 2, 0.3],
        ['2026-11-20T12:00:00Z', 'judge', 1, 0],
        ['2026-11-20T13:00:00Z', null, 1, 0.05],
      ]),
    );
    expect(groups).toHaveLength(3);
  });

  test('has zeros for a period without calls', async () => {
    const reports = await reportsOf([]);
    expect(await reports.usage({ ...DAY, groupBy: ['model'] })).toMatchObject({
      total_cost: 0,
      request_count: 0,
      success_rate: 0,
      cost_by_agent: {},
      groups: [],
    });
  });

  test('keeps sums exact beyond what a number of nano-USD can hold', async () => {
    const huge = 9_000_000_000_000_000;
    const reports = await reportsOf(['a', 'b', 'c'].map((id) => settled(id, { cost_nano_usd: huge })));
    expect((await reports.usage({ ...DAY, groupBy: [] })).total_cost).toBe(27_000_000);
  });
});

describe('a report as CSV', () => {
  test('has one line per group and quotes what needs it', async () => {
    const reports = await reportsOf([
      settled('a', { agent_type: 'a "b", c', cost_nano_usd: 70, saved_nano_usd: 500_000_000 }),
      settled('b', { agent_type: '=cmd()', cost_nano_usd: 1_500_000_000 }),
    ]);
    const report = await reports.usage({ ...DAY, groupBy: ['agent'] });
    expect(reports.csv(report, ['agent']).split('\r\n')).toEqual([
      'agent,request_count,success_rate,input_tokens,output_tokens,total_tokens,cost_usd,unpriced_count,estimated_count,saved_usd',
      "'=cmd(),1,1,10,5,15,1.5,0,0,0",
      '"a ""b"", c",1,1,10,5,15,0.00000007,0,0,0.5',
      '',
    ]);
  });

  test('has one line for everything without groups', async () => {
    const reports = await reportsOf([settled('a'), failed('b')]);
    const lines = reports.csv(await reports.usage({ ...DAY, groupBy: [] }), []).split('\r\n');
    expect(lines[1]).toBe('2,0.5,10,5,15,0.00000007,0,0,0');
  });
});

describe(requirement('D4'), () => {
  test('shows each call with its duration in seconds, success or error', async () => {
    const reports = await reportsOf([
      settled('a', { response_time_ms: 1250 }),
      failed('b', { timestamp: NOON + 1, user_id: null, model: null, provider: null }),
    ]);
    expect((await reports.telemetry({ limit: 10 })).data).toEqual([
      {
        id: 'b',
        user_id: null,
        model: 'gpt-4o-mini',
        provider: null,
        tokens: 0,
        duration: 0.0125,
        status: 'error',
        error: 'ProviderError: the provider failed',
        created_at: '2026-11-20T12:00:00.001Z',
      },
      {
        id: 'a',
        user_id: 'ada',
        model: 'gpt-4o-mini',
        provider: 'openai',
        tokens: 15,
        duration: 1.25,
        status: 'success',
        error: null,
        created_at: '2026-11-20T12:00:00.000Z',
      },
    ]);
  });
});

describe(requirement('D13'), () => {
  test('shows what each call cost, page by page', async () => {
    const reports = await reportsOf([
      settled('a', { cost_usd: 0.5 }),
      settled('b', { cost_usd: 0.25, timestamp: NOON + 1 }),
    ]);
    const first = await reports.costs({ limit: 1 });
    const cursor = first.nextCursor ?? '';
    const second = await reports.costs({ limit: 1, cursor });
    const common = { user_id: 'ada', model: 'gpt-4o-mini', provider: 'openai', tokens: 15 };
    expect(first.data).toEqual([{ ...common, id: 'b', cost: 0.25, created_at: '2026-11-20T12:00:00.001Z' }]);
    expect(second.data).toEqual([{ ...common, id: 'a', cost: 0.5, created_at: '2026-11-20T12:00:00.000Z' }]);
    expect(second.nextCursor).toBeNull();
  });
});

describe(requirement('D7'), () => {
  test('sums costs by provider and model', async () => {
    const reports = await reportsOf([
      settled('a', { cost_nano_usd: 3_000_000 }),
      settled('b', { cost_nano_usd: 4_000_000 }),
      settled('c', { provider: 'groq', model: 'llama-3.3-70b-versatile', cost_nano_usd: 5_000_000 }),
    ]);
    const { groups } = await reports.usage({ ...DAY, groupBy: ['provider', 'model'] });
    expect(groups.map(({ provider, model, total_cost }) => [provider, model, total_cost])).toEqual([
      ['groq', 'llama-3.3-70b-versatile', 0.005],
      ['openai', 'gpt-4o-mini', 0.007],
    ]);
  });
});

describe("a user's usage of today", () => {
  test('counts the calls of that user, project and API since midnight UTC, by model', async () => {
    const reports = await reportsOf([
      settled('a', { wire: 'llm', cost_nano_usd: 1_000_000 }),
      settled('b', { wire: 'llm', cost_nano_usd: 2_000_000, model: 'gpt-4', timestamp: DAY.fromMs }),
      settled('yesterday', { wire: 'llm', timestamp: DAY.fromMs - 1 }),
      settled('other api', { wire: 'sampling' }),
      settled('other user', { wire: 'llm', user_id: 'bob' }),
      settled('other project', { wire: 'llm', project_id: 'project_2' }),
    ]);
    expect(await reports.usageOfUserToday({ projectId: 'project_1', userId: 'ada', wires: ['llm'] })).toEqual({
      requests: 2,
      tokens: 30,
      costUsd: 0.003,
      byModel: {
        'gpt-4o-mini': { requests: 1, tokens: 15, costUsd: 0.001 },
        'gpt-4': { requests: 1, tokens: 15, costUsd: 0.002 },
      },
      resetAtMs: DAY.toMs,
    });
  });
});
