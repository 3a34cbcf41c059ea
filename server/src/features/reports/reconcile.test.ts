import { describe, expect, test } from 'vitest';
import { buckets, NOON, settled } from '../../../../test/contracts/ledger-records.ts';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import { temporaryLedger } from '../../../../test/support/temporary-ledger.ts';
import { DAY_MS } from '../../kernel/time.ts';
import { parseExport } from './parse-export.ts';
import { createReports } from './reports.ts';

const PERIOD = { fromMs: NOON - DAY_MS, toMs: NOON + DAY_MS };
const OWN = { projectId: undefined, provider: undefined, period: PERIOD };

async function reports() {
  const tokens = { tokens: buckets({ input: 900, cache_read: 100, output: 200 }), cost_nano_usd: 10_000_000 };
  const ledger = await temporaryLedger([
    settled('a', tokens),
    settled('b', { ...tokens, model: 'gpt-4' }),
    settled('c', { ...tokens, provider: 'anthropic', model: 'claude-3-opus' }),
    settled('too early', { ...tokens, timestamp: NOON - 2 * DAY_MS }),
    settled('foreign', { ...tokens, project_id: 'project_2' }),
  ]);
  return createReports(ledger, new ManualClock());
}

describe('reconciling with a provider', () => {
  test('shows ours, theirs, difference and ratio of every model, the largest drift first', async () => {
    const rows = [
      { provider: 'openai', model: 'gpt-4o-mini-2024-07-18', input_tokens: 1000, output_tokens: 200, cost_usd: 0.01 },
      { provider: 'openai', model: 'gpt-4', input_tokens: 2000, output_tokens: 400, cost_usd: 0.04 },
      { provider: 'openai', model: 'never-seen', input_tokens: 5, output_tokens: 0, cost_usd: 0 },
    ];
    const result = await (await reports()).reconcile(JSON.stringify(rows), { ...OWN, projectId: 'project_1' });
    expect(result.data).toEqual([
      {
        provider: 'openai',
        model: 'gpt-4',
        ours: { input_tokens: 1000, output_tokens: 200, cost_usd: 0.01 },
        theirs: { input_tokens: 2000, output_tokens: 400, cost_usd: 0.04 },
        difference: { input_tokens: -1000, output_tokens: -200, cost_usd: -0.03 },
        ratio: { input_tokens: 0.5, output_tokens: 0.5, cost_usd: 0.25 },
      },
      {
        provider: 'openai',
        model: 'never-seen',
        ours: { input_tokens: 0, output_tokens: 0, cost_usd: 0 },
        theirs: { input_tokens: 5, output_tokens: 0, cost_usd: 0 },
        difference: { input_tokens: -5, output_tokens: 0, cost_usd: 0 },
        ratio: { input_tokens: 0, output_tokens: null, cost_usd: null },
      },
      {
        provider: 'openai',
        model: 'gpt-4o-mini-2024-07-18',
        ours: { input_tokens: 1000, output_tokens: 200, cost_usd: 0.01 },
        theirs: { input_tokens: 1000, output_tokens: 200, cost_usd: 0.01 },
        difference: { input_tokens: 0, output_tokens: 0, cost_usd: 0 },
        ratio: { input_tokens: 1, output_tokens: 1, cost_usd: 1 },
      },
    ]);
    expect(result.total.theirs).toEqual({ input_tokens: 3005, output_tokens: 600, cost_usd: 0.05 });
  });

  test("names our models that the provider's export lacks", async () => {
    const rows = [{ provider: 'openai', model: 'gpt-4', input_tokens: 1000, output_tokens: 200 }];
    const { data } = await (await reports()).reconcile(JSON.stringify(rows), { ...OWN, projectId: 'project_1' });
    expect(data.map(({ model, theirs }) => [model, theirs])).toEqual([
      ['gpt-4o-mini', { input_tokens: 0, output_tokens: 0, cost_usd: null }],
      ['gpt-4', { input_tokens: 1000, output_tokens: 200, cost_usd: null }],
    ]);
  });

  test('counts only the periods that the export covers', async () => {
    const row = { provider: 'openai', model: 'gpt-4o-mini', input_tokens: 1, output_tokens: 1 };
    const day = (from: string, to: string) => ({ ...row, from, to });
    const rows = [day('2026-11-20', '2026-11-21'), day('2026-11-18', '2026-11-19')];
    const result = await (await reports()).reconcile(JSON.stringify(rows), { ...OWN, projectId: 'project_1' });
    expect(result).toMatchObject({ from: '2026-11-18T00:00:00.000Z', to: '2026-11-21T00:00:00.000Z' });
    expect(result.data.find(({ model }) => model === 'gpt-4o-mini')?.ours.input_tokens).toBe(2000);
    const outside = [day('2026-11-21', '2026-11-22')];
    const later = await (await reports()).reconcile(JSON.stringify(outside), OWN);
    expect(later.data[0]?.ours.input_tokens).toBe(0);
  });
});

describe('a usage export', () => {
  const parsed = (text: string, provider?: string) => parseExport(text, provider);

  test('is read from rows, from an object around them, and from CSV', () => {
    const row = {
      provider: 'openai',
      model: 'gpt-4',
      input_tokens: 10,
      output_tokens: 5,
      cost_usd: 0.5,
      from: '2026-11-20',
      to: '2026-11-21T00:00:00Z',
    };
    const csv = `\nprovider,Model,input_tokens,output_tokens,cost_usd,from,to\r\nopenai,"gpt-4",10,5,0.5,2026-11-20,${Date.UTC(2026, 10, 21)}\r\n`;
    const expected = {
      provider: 'openai',
      model: 'gpt-4',
      inputTokens: 10,
      outputTokens: 5,
      costUsd: 0.5,
      fromMs: Date.UTC(2026, 10, 20),
      toMs: Date.UTC(2026, 10, 21),
    };
    for (const text of [JSON.stringify([row]), JSON.stringify({ rows: [row] }), JSON.stringify({ data: [row] }), csv]) {
      expect(parsed(text.trimStart())).toEqual([expected]);
    }
  });

  test("is read from OpenAI's usage and cost pages", () => {
    const bucket = { object: 'bucket', start_time: 1795132800, end_time: 1795219200 };
    const usage = { input_tokens: 1000, input_cached_tokens: 800, output_tokens: 500, model: 'gpt-4o-mini' };
    const cost = { amount: { value: 0.06, currency: 'usd' }, line_item: 'gpt-4o-mini, input' };
    const page = {
      object: 'page',
      data: [
        { ...bucket, results: [usage, cost] },
        { ...bucket, results: [] },
      ],
    };
    const period = { fromMs: 1795132800000, toMs: 1795219200000 };
    expect(parsed(JSON.stringify(page))).toEqual([
      { provider: 'openai', model: 'gpt-4o-mini', inputTokens: 1000, outputTokens: 500, costUsd: undefined, ...period },
      { provider: 'openai', model: 'gpt-4o-mini', inputTokens: 0, outputTokens: 0, costUsd: 0.06, ...period },
    ]);
    expect(parsed(JSON.stringify(page), 'azure-eu')[0]?.provider).toBe('azure-eu');
  });

  test("is read from Anthropic's usage and cost pages, whose money is in cents and whose cached tokens stand apart", () => {
    const bucket = { starting_at: '2026-11-20T00:00:00Z', ending_at: '2026-11-21T00:00:00Z' };
    const usage = {
      model: 'claude-3-opus',
      uncached_input_tokens: 1500,
      cache_creation: { ephemeral_1h_input_tokens: 1000, ephemeral_5m_input_tokens: 500 },
      cache_read_input_tokens: 200,
      output_tokens: 700,
    };
    const cost = { model: 'claude-3-opus', amount: '123.45', currency: 'USD' };
    const rows = parsed(JSON.stringify({ data: [{ ...bucket, results: [usage, cost] }], has_more: false }));
    expect(rows).toMatchObject([
      { provider: 'anthropic', model: 'claude-3-opus', inputTokens: 3200, outputTokens: 700, costUsd: undefined },
      { provider: 'anthropic', model: 'claude-3-opus', costUsd: 1.2345, fromMs: Date.UTC(2026, 10, 20) },
    ]);
  });

  test.each([
    ['', 'body'],
    ['[]', 'body'],
    ['[1]', 'body[0]'],
    ['{"a":1}', 'body'],
    ['[{', 'body'],
    ['[{"provider":"openai"}]', 'body[0].model'],
    ['[{"model":"gpt-4"}]', 'body[0].provider'],
    ['[{"provider":"openai","model":"gpt-4","input_tokens":-1}]', 'body[0].input_tokens'],
    ['[{"provider":"openai","model":"gpt-4","cost_usd":"many"}]', 'body[0].cost_usd'],
    ['[{"provider":"openai","model":"gpt-4","from":"yesterday"}]', 'body[0].from'],
    ['a,b\n1,2', 'body'],
    ['provider,model,input_tokens\nopenai,gpt-4,many', 'line 2.input_tokens'],
  ])('that reads %j is refused, naming %s', (text, param) => {
    expect(() => parsed(text)).toThrow(expect.objectContaining({ code: 'request.invalid', param }));
  });
});
