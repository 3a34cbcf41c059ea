import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { UsageRecord } from '../../server/src/kernel/usage-record.ts';
import type { GroupBy, ReportQuery } from '../../server/src/ports/ledger.ts';
import type { SpooledLedger } from '../../server/src/storage/ledger.ts';
import { requirement } from '../support/requirement.ts';
import { buckets, intended, NOON, settled } from './ledger-records.ts';
import { allRecords, expectedReport } from './ledger-sums.ts';

/** A ledger under test: opens the same data directory again and again until it is removed. */
export interface LedgerUnderTest {
  open(): Promise<SpooledLedger>;
  remove(): Promise<void>;
}

const HOUR = 3_600_000;
const EVERYTHING: ReportQuery = { fromMs: 0, toMs: NOON * 2, groupBy: [] };

/** What every implementation of the Ledger port promises. */
export function ledgerContract(name: string, prepare: () => Promise<LedgerUnderTest>): void {
  describe(`ledger contract: ${name}`, () => {
    let backend: LedgerUnderTest;
    let ledger: SpooledLedger;
    const current = () => ledger;

    beforeEach(async () => {
      backend = await prepare();
      ledger = await backend.open();
    });
    afterEach(async () => {
      await ledger.close();
      await backend.remove();
    });

    describe(requirement('A17a'), () => {
      test('keeps records and sums over a restart', async () => {
        await ledger.intend(intended('req_1'));
        await ledger.settle(settled('req_1'));
        await ledger.close();
        ledger = await backend.open();
        expect(await ledger.recovered).toEqual({ segments: 0, lines: 0, damagedLines: 0, settledCalls: 0 });
        expect(await allRecords(ledger)).toEqual([settled('req_1')]);
        expect(await ledger.report(EVERYTHING)).toEqual(expectedReport([settled('req_1')], EVERYTHING));
      });
    });

    test('says of a call that died which run and step it was made for', async () => {
      await ledger.intend(intended('req_lost', { run_id: 'run_1', step: 'each[3]/work' }));
      await ledger.close();
      ledger = await backend.open();
      await ledger.recovered;
      const ofRun = await ledger.records({ runId: 'run_1', limit: 10 });
      expect(ofRun.data).toMatchObject([{ request_id: 'req_lost', run_id: 'run_1', step: 'each[3]/work' }]);
      expect(await ledger.calls(['req_lost'])).toEqual(ofRun.data);
    });

    writing(current);
    pages(current);
    reports(current);

    test('settles a call as estimated exactly once when its process ends without doing so', async () => {
      await ledger.intend(intended('req_lost'));
      await ledger.intend(intended('req_lost', { attempt: 2, provider: 'groq', model: 'llama-3.3-70b-versatile' }));
      expect(await allRecords(ledger)).toEqual([]);
      await ledger.close();
      ledger = await backend.open();
      expect((await ledger.recovered).settledCalls).toBe(1);
      await ledger.close();
      ledger = await backend.open();
      expect((await ledger.recovered).settledCalls).toBe(0);
      const [lost, ...others] = await allRecords(ledger);
      expect(others).toEqual([]);
      expect(lost).toMatchObject({
        request_id: 'req_lost',
        success: false,
        status: 0,
        cost_state: 'estimated',
        cost_nano_usd: 2000,
        tokens_used: 300,
        provider: 'groq',
        model_requested: 'fast',
        attempts: [
          { attempt: 1, provider: 'openai', partial: true, cost_nano_usd: 1000 },
          { attempt: 2, provider: 'groq', partial: true, cost_nano_usd: 1000 },
        ],
      });
      const [sums] = await ledger.report(EVERYTHING);
      expect(sums).toMatchObject({ calls: 1, succeeded: 0, estimated: 1, costNano: 2000n });
    });
  });
}

function writing(ledger: () => SpooledLedger): void {
  test('shows a record to whoever asks, without waiting for its promise', async () => {
    const done = ledger().settle(settled('req_1'));
    expect(await allRecords(ledger())).toEqual([settled('req_1')]);
    await done;
  });

  test('keeps the first record of a call and counts it once', async () => {
    await ledger().settle(settled('req_1'));
    await ledger().settle(settled('req_1', { cost_nano_usd: 999 }));
    await allRecords(ledger());
    await ledger().settle(settled('req_1', { cost_nano_usd: 888 }));
    expect(await allRecords(ledger())).toEqual([settled('req_1')]);
    expect((await ledger().report(EVERYTHING))[0]).toMatchObject({ calls: 1, costNano: 70n });
  });

  test('keeps any text as it is', async () => {
    const strange = '"],"record":{} \\ \n \u{1F30A} \u2028';
    const record = settled('req_"],"record":', {
      user_id: strange,
      model: '"],"record":[',
      error: strange,
      tags: { [strange]: strange },
    });
    await ledger().intend(intended('req_"],"record":'));
    await ledger().settle(record);
    expect(await allRecords(ledger())).toEqual([record]);
    const groups = await ledger().report({ ...EVERYTHING, groupBy: ['user', 'tag', 'model'] });
    expect(groups.map(({ group }) => group)).toEqual([[strange, `${strange}=${strange}`, '"],"record":[']]);
  });

  test('has nothing left to ship once somebody has read', async () => {
    await ledger().settle(settled('req_1'));
    await allRecords(ledger());
    expect(ledger().state()).toEqual({ unshipped: 0, lagMs: 0, healthy: true, error: null });
  });

  test('takes many thousands of calls at once', async () => {
    const ids = Array.from({ length: 5000 }, (_, index) => `req_${String(index).padStart(5, '0')}`);
    await Promise.all(ids.map((id) => ledger().intend(intended(id))));
    await Promise.all(ids.map((id) => ledger().settle(settled(id))));
    expect((await allRecords(ledger())).map(({ request_id }) => request_id)).toEqual(ids.toReversed());
  });

  test('refuses to write after close', async () => {
    await ledger().close();
    await expect(ledger().settle(settled('req_1'))).rejects.toMatchObject({ code: 'store.unavailable' });
    await expect(ledger().records({ limit: 1 })).rejects.toMatchObject({ code: 'store.unavailable' });
  });
}

function pages(ledger: () => SpooledLedger): void {
  test('pages newest first, calls of one millisecond by id, nothing twice and nothing left out', async () => {
    const timestamps = [5, 3, 3, 3, 9, 1, 3];
    for (const [index, timestamp] of timestamps.entries()) {
      await ledger().settle(settled(`req_${index}`, { timestamp }));
    }
    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await ledger().records({ limit: 2, ...(cursor ? { cursor } : {}) });
      expect(page.data.length).toBeLessThanOrEqual(2);
      seen.push(...page.data.map(({ request_id }) => request_id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(['req_4', 'req_0', 'req_6', 'req_3', 'req_2', 'req_1', 'req_5']);
  });

  test('gives the calls of one run, and calls by their ids', async () => {
    const first = settled('req_1', { run_id: 'run_1', step: 'a' });
    const second = settled('req_2', { run_id: 'run_1', step: 'b', project_id: 'project_2', timestamp: NOON + 1 });
    const others = [settled('req_3', { run_id: 'run_2' }), settled('req_4')];
    for (const record of [first, second, ...others]) await ledger().settle(record);
    expect((await ledger().records({ runId: 'run_1', limit: 10 })).data).toEqual([second, first]);
    expect((await ledger().records({ runId: 'run_1', projectId: 'project_1', limit: 10 })).data).toEqual([first]);
    expect(await ledger().calls(['req_2', 'req_gone'])).toEqual([second]);
    expect(await ledger().calls([])).toEqual([]);
  });

  test('gives one call, those of a model, and those that failed', async () => {
    const good = settled('req_1');
    const bad = settled('req_2', { success: false, status: 502, model: 'gpt-4o', timestamp: NOON + 1 });
    for (const record of [good, bad]) await ledger().settle(record);
    expect((await ledger().records({ requestId: 'req_1', limit: 10 })).data).toEqual([good]);
    expect((await ledger().records({ requestId: 'req_1', projectId: 'project_2', limit: 10 })).data).toEqual([]);
    expect((await ledger().records({ model: 'gpt-4o', limit: 10 })).data).toEqual([bad]);
    expect((await ledger().records({ succeeded: true, limit: 10 })).data).toEqual([good]);
    expect((await ledger().records({ succeeded: false, limit: 10 })).data).toEqual([bad]);
  });

  test('gives the calls in which a guardrail found something, whatever their texts say', async () => {
    const finding = { guardrail: 'pii', type: 'email', start: 0, end: 9, score: 1, origin: 'user', action: 'monitor' };
    const found = settled('req_1', { findings: [finding as UsageRecord['findings'][number]] });
    const sounding = settled('req_2', { error: '"findings":[{', tags: { findings: '[{"findings":[{' } });
    for (const record of [found, sounding]) await ledger().settle(record);
    expect((await ledger().records({ found: true, limit: 10 })).data).toEqual([found]);
    expect((await ledger().records({ limit: 10 })).data).toHaveLength(2);
  });

  test('shows only what was asked for: project, user, key and a half-open time', async () => {
    await ledger().settle(settled('req_1', { timestamp: 100 }));
    await ledger().settle(settled('req_2', { timestamp: 200, project_id: 'project_2' }));
    await ledger().settle(settled('req_3', { timestamp: 300, user_id: null }));
    await ledger().settle(settled('req_4', { timestamp: 400, key_id: 'key_2' }));
    const ids = async (query: object) =>
      (await ledger().records({ limit: 10, ...query })).data.map(({ request_id }) => request_id);
    expect(await ids({ projectId: 'project_1' })).toEqual(['req_4', 'req_3', 'req_1']);
    expect(await ids({ userId: 'ada' })).toEqual(['req_4', 'req_2', 'req_1']);
    expect(await ids({ keyId: 'key_2' })).toEqual(['req_4']);
    expect(await ids({ fromMs: 200, toMs: 400 })).toEqual(['req_3', 'req_2']);
  });

  test.each(['', 'nonsense', Buffer.from('1 ').toString('base64url')])(
    'refuses the cursor %j by name',
    async (cursor) => {
      await expect(ledger().records({ limit: 1, cursor })).rejects.toMatchObject({
        code: 'request.invalid',
        param: 'cursor',
      });
    },
  );
}

const GROUPS: GroupBy[] = ['agent', 'model', 'provider', 'user', 'key', 'hour', 'day', 'tag', 'cache'];
/** Three days around noon, with the borders of hours and days hit on purpose. */
const instant = fc.oneof(
  fc.integer({ min: NOON - 36 * HOUR, max: NOON + 36 * HOUR }),
  fc.integer({ min: -36, max: 36 }).map((hours) => NOON + hours * HOUR),
);
const someRecord = fc.record({
  timestamp: instant,
  project_id: fc.constantFrom('project_1', 'project_2'),
  key_id: fc.constantFrom('key_1', 'key_2'),
  user_id: fc.constantFrom('ada', 'grace', null),
  agent_type: fc.constantFrom('tutor', null),
  model: fc.constantFrom('gpt-4o', 'claude', null),
  provider: fc.constantFrom('openai', null),
  wire: fc.constantFrom('sampling', 'llm', 'openai-chat'),
  success: fc.boolean(),
  cost_nano_usd: fc.oneof(fc.nat(), fc.constant(Number.MAX_SAFE_INTEGER)),
  saved_nano_usd: fc.oneof(fc.constant(0), fc.nat(), fc.constant(Number.MAX_SAFE_INTEGER)),
  cost_state: fc.constantFrom('exact' as const, 'estimated' as const, 'unpriced' as const),
  tags: fc.constantFrom<Record<string, string>>({}, { team: 'a' }, { team: 'a', cache: 'hit' }),
  cache: fc.constantFrom('hit' as const, 'semantic' as const, 'miss' as const, 'bypass' as const),
  tokens: fc
    .record({ input: fc.nat(999), cache_read: fc.nat(999), output: fc.nat(999), reasoning: fc.nat(999) })
    .map(buckets),
});
const optionalFilters = fc.record(
  {
    projectId: fc.constantFrom('project_1', 'project_3'),
    userId: fc.constantFrom('ada', 'nobody'),
    keyId: fc.constant('key_1'),
    wires: fc.constantFrom(['sampling', 'llm'], ['llm'], []),
  },
  { requiredKeys: [] },
);
const someQuery: fc.Arbitrary<ReportQuery> = fc
  .tuple(optionalFilters, instant, instant, fc.uniqueArray(fc.constantFrom(...GROUPS), { maxLength: 4 }))
  .map(([filters, fromMs, toMs, groupBy]) => ({ ...filters, fromMs, toMs, groupBy }));

function reports(ledger: () => SpooledLedger): void {
  test('gives for any time, filter and grouping the exact sums of the records', async () => {
    const [records] = fc.sample(fc.array(someRecord, { minLength: 300, maxLength: 300 }), { numRuns: 1, seed: 20 });
    const calls: UsageRecord[] = (records ?? []).map((changes, index) => settled(`req_${index}`, changes));
    await Promise.all(calls.map((call) => ledger().settle(call)));
    await fc.assert(
      fc.asyncProperty(someQuery, async (query) => {
        expect(await ledger().report(query)).toEqual(expectedReport(calls, query));
      }),
      { numRuns: 150 },
    );
  });

  test('adds up costs beyond the safe integers of JavaScript without losing one', async () => {
    for (const id of ['req_1', 'req_2', 'req_3']) {
      await ledger().settle(settled(id, { cost_nano_usd: Number.MAX_SAFE_INTEGER }));
    }
    const [sums] = await ledger().report(EVERYTHING);
    expect(sums?.costNano).toBe(3n * BigInt(Number.MAX_SAFE_INTEGER));
  });

  test('gives no row when there is nothing to sum, even without groups', async () => {
    expect(await ledger().report(EVERYTHING)).toEqual([]);
    expect(await ledger().report({ ...EVERYTHING, fromMs: 5, toMs: 5 })).toEqual([]);
  });
}
