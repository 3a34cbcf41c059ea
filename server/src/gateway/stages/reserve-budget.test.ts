import { describe, expect, test } from 'vitest';
import { chunk, completion, fakeCall, fakeProvider } from '../../../../test/chaos/support/gateway-fixture.ts';
import { gatewayHarness, turns } from '../../../../test/chaos/support/gateway-harness.ts';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import { BudgetBook } from '../../features/budgets/budget-book.ts';
import { type Budget, type BudgetTermsInUsd, termsFromUsd } from '../../kernel/budget.ts';
import { WeirError } from '../../kernel/errors.ts';
import type { ApprovalGate } from '../../ports/budgets.ts';
import type { Call } from '../../ports/call.ts';
import { MemoryBudgetCounters } from '../../shared-state/memory/budget-counters.ts';

const PRICES = { 'openai/gpt-4o-mini': { input: 1, output: 2 }, 'groq/cheap': { input: 0.01, output: 0.01 } };

interface Options {
  readonly whenUnavailable?: 'refuse' | 'allow';
  readonly approvals?: ApprovalGate;
  readonly restore?: () => Promise<void>;
}

/** The whole pipeline with one budget of the user. */
function stand(terms: Partial<BudgetTermsInUsd>, options: Options = {}) {
  const budget: Budget = {
    ...termsFromUsd({ usd: 1, period: 'day', ...terms }),
    projectId: 'default',
    scope: 'user',
    id: 'u',
    source: 'api',
  };
  const book = new BudgetBook({ budgets: () => [budget], version: () => 1 });
  const counters = new MemoryBudgetCounters(new ManualClock());
  const spent: [number, number][] = [];
  const inForce = (call: Call) =>
    book.inForce({ projectId: 'default', keyId: 'k', keyBudget: undefined, userId: 'u', atMs: call.startedAt });
  const harness = gatewayHarness({
    providers: [fakeProvider('openai'), fakeProvider('groq', { baseUrl: 'http://groq.invalid/v1' })],
    config: { prices: PRICES, retry: { max_attempts: 0 } },
    bounds: {
      limits: { scopes: () => [], counters: undefined as never, report: () => {} },
      budgets: {
        inForce,
        counters,
        restore:
          options.restore ?? (async ({ period }) => counters.restore(period, { spentNano: 0, inLedger: new Set() })),
        whenUnavailable: () => options.whenUnavailable ?? 'refuse',
        defaultMaxOutput: () => 4096,
        ...(options.approvals === undefined ? {} : { approvals: options.approvals }),
        observer: {
          refused: () => {},
          spent: (_, { beforeNano, afterNano }) => void spent.push([beforeNano, afterNano]),
        },
      },
    },
  });
  return { ...harness, spent, use: (call: Call) => counters.read(inForce(call)[0]?.period as never) };
}

function asking(more: Record<string, unknown> = {}): Call {
  const messages = [{ role: 'user', content: 'Hello' }];
  return fakeCall({ body: { model: 'openai/gpt-4o-mini', max_tokens: 100, messages, ...more } as never, userId: 'u' });
}

describe('a budget', () => {
  test('holds the worst case while the attempt runs, and the intent has it, in case the process dies', async () => {
    const { http, ledger, run, use } = stand({});
    const call = asking();
    const ending = run(call);
    await turns();
    const worst =
      Buffer.byteLength(
        JSON.stringify({
          model: 'openai/gpt-4o-mini',
          max_tokens: 100,
          messages: [{ role: 'user', content: 'Hello' }],
        }),
      ) *
        1000 +
      200_000;
    expect(use(call)).toEqual({ settledNano: 0, reservedNano: worst });
    expect(ledger.intents[0]?.estimated_cost_nano_usd).toBe(worst);
    http.last.answer(200, completion());
    await ending;
    expect(use(call)).toEqual({ settledNano: 11 * 1000 + 3 * 2000, reservedNano: 0 });
  });

  test.each<[string, (call: Call, stood: ReturnType<typeof stand>) => void]>([
    [
      'left by its client',
      (call) => {
        call.cancelled = true;
        call.running?.abort(new WeirError('call.cancelled'));
      },
    ],
    ['that timed out', (_call, { clock }) => clock.advance(600_001)],
  ])('stays charged with the worst case of a whole reply %s: the provider may bill it', async (_how, giveUp) => {
    const stood = stand({});
    const call = asking();
    const ending = stood.run(call);
    await turns();
    stood.http.last.sent();
    const held = stood.use(call)?.reservedNano;
    giveUp(call, stood);
    await ending;
    expect(stood.use(call)).toEqual({ settledNano: held, reservedNano: 0 });
    expect(call.record).toMatchObject({ cost_nano_usd: held, cost_state: 'estimated', tokens: { output: 100 } });
    expect(call.attempts).toMatchObject([{ partial: true, cost_state: 'estimated' }]);
  });

  test('is charged nothing for a call whose client left before the provider had it', async () => {
    const { run, use } = stand({});
    const call = asking();
    const ending = run(call);
    await turns();
    call.cancelled = true;
    call.running?.abort(new WeirError('call.cancelled'));
    await ending;
    expect(use(call)).toEqual({ settledNano: 0, reservedNano: 0 });
  });

  test('settles once however the call ends', async () => {
    const { http, run, use, spent } = stand({});
    const endings: ((call: Call) => void)[] = [
      () => http.last.answer(400, { error: { message: 'no' } }),
      () => http.last.fail('ECONNRESET'),
      (call) => {
        call.cancelled = true;
        call.running?.abort(new WeirError('call.cancelled'));
      },
    ];
    let last = asking();
    for (const end of endings) {
      last = asking();
      const ending = run(last);
      await turns();
      end(last);
      await turns();
      if (last.record === undefined) http.last.answer(400, { error: { message: 'no' } });
      await ending;
      expect(use(last)?.reservedNano).toBe(0);
      expect(last.budgetHold).toBeUndefined();
    }
    const costs = spent.reduce((sum, [before, after]) => sum + after - before, 0);
    expect(use(last)?.settledNano).toBe(costs);
  });

  test('counts a stream by what it used', async () => {
    const { http, run, use } = stand({});
    const call = asking({ stream: true, stream_options: { include_usage: true } });
    const ending = run(call);
    await turns();
    const usage = { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 };
    http.last.sent().headers(200, { 'content-type': 'text/event-stream' });
    http.last.data(chunk({ content: 'hi' })).data(chunk({}, { finish_reason: 'stop' }));
    http.last.data(
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], usage })}\n\n`,
    );
    http.last.data('data: [DONE]\n\n').end();
    await ending;
    expect(call.record?.cost_nano_usd).toBe(10 * 1000 + 4 * 2000);
    expect(use(call)).toEqual({ settledNano: 18_000, reservedNano: 0 });
  });

  test('that degrades does so once: when the cheaper model does not fit either, that is the end', async () => {
    const { http, run } = stand({ usd: 0.000000001, on_exceed: 'degrade', degrade_to: 'groq/cheap' });
    const call = asking();
    await run(call);
    expect(http.requests).toHaveLength(0);
    expect(call.record).toMatchObject({ error_code: 'limit.budget', status: 402, provider: 'groq' });
  });

  test('that cannot be read refuses, or lets pass where the operator said so', async () => {
    const failing = async () => {
      throw new Error('no database');
    };
    const closed = stand({}, { restore: failing });
    const refused = asking();
    await closed.run(refused);
    expect(refused.record).toMatchObject({ error_code: 'store.unavailable', status: 503 });
    const open = stand({}, { restore: failing, whenUnavailable: 'allow' });
    open.http.onRequest = (sent) => sent.answer(200, completion());
    const passed = asking();
    await open.run(passed);
    expect(passed.record?.success).toBe(true);
  });

  test('asks the gate for approvals, and an approved call passes', async () => {
    const approved = new Set<string>();
    const approvals: ApprovalGate = {
      check: async ({ worstCaseNano }) => {
        expect(worstCaseNano).toBeGreaterThan(100_000);
        return approved.has('appr_1')
          ? { approved: true }
          : { approved: false, approvalId: 'appr_1', isRejected: false };
      },
    };
    const { http, run } = stand({ approve_above_usd: 0.0001 }, { approvals });
    http.onRequest = (sent) => sent.answer(200, completion());
    const first = asking();
    const { error } = (await run(first)) as { error: WeirError };
    expect([error.code, error.details.approval_id]).toEqual(['approval.required', 'appr_1']);
    approved.add('appr_1');
    expect(((await run(asking())) as { error: unknown }).error).toBeUndefined();
    expect(((await run(asking({ max_tokens: 5 }))) as { error: unknown }).error).toBeUndefined();
  });
});

describe('the worst case', () => {
  const wanted = async (more: Record<string, unknown>): Promise<number> => {
    const { run } = stand({ usd: 0.000000001 });
    const { error } = (await run(asking(more))) as { error: WeirError };
    expect(error.code).toBe('limit.budget');
    return Number(error.details.wanted_usd) * 1e6;
  };

  test('of an image is its formula, not its bytes', async () => {
    const image = (url: string) => ({
      messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }],
    });
    const small = await wanted(image(`data:image/png;base64,${'A'.repeat(200)}`));
    const large = await wanted(image(`data:image/png;base64,${'A'.repeat(200_000)}`));
    expect(large).toBeCloseTo(small, 6);
    // gpt-4o-mini: 2,833 tokens and 5,667 per tile, eight tiles at most.
    expect(await wanted(image('https://images.example/x.png'))).toBeGreaterThan(2833 + 8 * 5667);
  });

  test('counts text in more than ASCII by its bytes', async () => {
    const ascii = await wanted({ messages: [{ role: 'user', content: 'x'.repeat(100) }] });
    const wide = await wanted({ messages: [{ role: 'user', content: '水'.repeat(100) }] });
    expect(wide - ascii).toBeCloseTo(200, 6);
  });

  test.each([
    [{ web_search_options: {} }, 'web_search_options'],
    [{ tools: [{ type: 'web_search' }] }, 'web_search'],
  ])('of %j has no bound', async (more, named) => {
    const { run } = stand({});
    const { error } = (await run(asking(more))) as { error: WeirError };
    expect([error.code, error.status]).toEqual(['limit.budget', 402]);
    expect(error.message).toContain(named);
  });

  test('of functions that the client runs has one', async () => {
    const { http, run } = stand({});
    http.onRequest = (sent) => sent.answer(200, completion());
    const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }];
    expect(((await run(asking({ tools }))) as { error: unknown }).error).toBeUndefined();
  });
});
