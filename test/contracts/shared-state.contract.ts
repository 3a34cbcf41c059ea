import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Limits } from '../../server/src/kernel/limits.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../server/src/kernel/time.ts';
import type {
  BudgetPeriod,
  LimitGrant,
  LimitRefusal,
  LimitScope,
  LimitVerdict,
  SharedState,
} from '../../server/src/ports/shared-state.ts';

/** Counters under test, and their time. */
export interface SharedStateUnderTest {
  readonly state: SharedState;
  /** The counters' own time goes on, or back. */
  advance(milliseconds: number): void;
  close(): Promise<void>;
}

export function limitScope(counter: string, limits: Limits, more: Partial<LimitScope> = {}): LimitScope {
  return {
    scope: 'user',
    id: counter,
    projectId: 'default',
    api: null,
    counter,
    name: `default:${counter}`,
    limits,
    shadow: false,
    ...more,
  };
}

export function budgetPeriod(counter: string, limitNano: number, more: Partial<BudgetPeriod> = {}): BudgetPeriod {
  const endsAt = Number.POSITIVE_INFINITY;
  return { projectId: 'default', counter, name: `default:${counter}`, limitNano, endsAt, shadow: false, ...more };
}

/** One behaviour for every backend. `open` gives empty counters at the same UTC noon. */
export function sharedStateContract(title: string, open: () => Promise<SharedStateUnderTest>): void {
  describe(title, () => {
    let under: SharedStateUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    const reserve = async (
      scopes: LimitScope | readonly LimitScope[],
      asked = 0,
      charged = asked,
    ): Promise<LimitVerdict> =>
      under.state.limits.reserve(Array.isArray(scopes) ? scopes : [scopes as LimitScope], { asked, charged });
    const granted = async (scopes: LimitScope | readonly LimitScope[], tokens = 0): Promise<LimitGrant> => {
      const verdict = await reserve(scopes, tokens);
      if (!verdict.granted) throw new Error(`refused by ${verdict.name}`);
      return verdict;
    };
    const refused = async (scopes: LimitScope | readonly LimitScope[], tokens = 0): Promise<LimitRefusal> => {
      const verdict = await reserve(scopes, tokens);
      if (verdict.granted) throw new Error('granted');
      return verdict;
    };
    const used = async (scope: LimitScope) =>
      Object.fromEntries((await under.state.limits.read([scope])).map((use) => [use.name, use.used]));

    describe('limits', () => {
      test('per minute slide: what was used comes back a minute after it was used, not at the turn of the minute', async () => {
        const user = limitScope('sliding', { requests_per_minute: 3 });
        await granted(user);
        under.advance(30 * SECOND_MS);
        await granted(user);
        await granted(user);
        const first = await refused(user);
        expect(first).toMatchObject({ name: 'requests_per_minute', limit: 3, used: 3 });
        expect(first.retryAfterMs).toBeGreaterThan(29 * SECOND_MS);
        expect(first.retryAfterMs).toBeLessThanOrEqual(31 * SECOND_MS);
        under.advance(first.retryAfterMs);
        await granted(user);
        await refused(user);
        under.advance(2 * MINUTE_MS);
        expect(await used(user)).toEqual({ requests_per_minute: 0 });
      });

      test('per day end at 00:00 UTC', async () => {
        const user = limitScope('daily', { requests_per_day: 2, tokens_per_day: 100 });
        await granted(user, 60);
        const tokens = await refused(user, 41);
        expect(tokens).toMatchObject({ name: 'tokens_per_day', limit: 100, used: 60 });
        expect(tokens.retryAfterMs).toBeGreaterThan(DAY_MS / 2 - 10 * SECOND_MS);
        expect(tokens.retryAfterMs).toBeLessThanOrEqual(DAY_MS / 2);
        await granted(user, 40);
        expect((await refused(user)).name).toBe('requests_per_day');
        under.advance(DAY_MS / 2 + SECOND_MS);
        await granted(user, 100);
      });

      test('charge all scopes or none', async () => {
        const wide = limitScope('wide', { requests_per_minute: 10, tokens_per_day: 1000, concurrency: 10 });
        const tight = limitScope('tight', { requests_per_day: 1 });
        await granted([wide, tight], 5);
        for (let turn = 0; turn < 5; turn++) expect((await refused([wide, tight], 5)).scope).toBe(tight);
        expect(await used(wide)).toEqual({ requests_per_minute: 1, tokens_per_day: 5, concurrency: 1 });
      });

      test('are charged by the estimate and put right by the truth, up and down', async () => {
        const user = limitScope('truth', { tokens_per_minute: 100, tokens_per_day: 1000 });
        const cheap = await granted(user, 80);
        under.state.limits.settle(cheap, 10);
        expect(await used(user)).toEqual({ tokens_per_minute: 10, tokens_per_day: 10 });
        const dear = await granted(user, 90);
        under.state.limits.settle(dear, 500);
        expect(await used(user)).toEqual({ tokens_per_minute: 510, tokens_per_day: 510 });
        expect((await refused(user, 1)).used).toBe(510);
      });

      test('take more than was asked without refusing for it', async () => {
        const user = limitScope('untold', { tokens_per_minute: 100 });
        expect((await reserve(user, 10, 500)).granted).toBe(true);
        expect((await refused(user, 1)).used).toBe(500);
      });

      test('a settlement long after leaves the present minute alone', async () => {
        const user = limitScope('late', { tokens_per_minute: 100 });
        const slow = await granted(user, 50);
        under.advance(3 * MINUTE_MS);
        under.state.limits.settle(slow, 90);
        expect(await used(user)).toEqual({ tokens_per_minute: 0 });
      });

      test('of calls at the same time are free again when a call ends', async () => {
        const key = limitScope('running', { concurrency: 2 }, { scope: 'key' });
        const first = await granted(key);
        await granted(key);
        expect(await refused(key)).toMatchObject({ name: 'concurrency', limit: 2, used: 2, retryAfterMs: SECOND_MS });
        under.state.limits.settle(first, 0);
        await granted(key);
        await refused(key);
      });

      test('in shadow mode report and let pass', async () => {
        const user = limitScope('shadow', { requests_per_minute: 1 }, { shadow: true });
        expect((await granted(user)).shadowed).toBeUndefined();
        expect((await granted(user)).shadowed).toMatchObject({ name: 'requests_per_minute', limit: 1, used: 1 });
        expect(await used(user)).toEqual({ requests_per_minute: 2 });
      });

      test('tell the rest of the one that is nearest to its end', async () => {
        const wide = limitScope('far', { requests_per_minute: 100, tokens_per_minute: 1000 });
        const near = limitScope('near', { requests_per_day: 4, tokens_per_day: 50 });
        const { requests, tokensLeft } = await granted([wide, near], 10);
        expect(requests).toMatchObject({ limit: 4, remaining: 3 });
        expect(tokensLeft).toMatchObject({ limit: 50, remaining: 40 });
        expect(requests?.resetMs).toBeGreaterThan(DAY_MS / 2 - 10 * SECOND_MS);
      });

      test('let exactly their number of many at once pass', async () => {
        const user = limitScope('many', { requests_per_minute: 25, concurrency: 40, tokens_per_minute: 1000 });
        const verdicts = await Promise.all(Array.from({ length: 200 }, () => reserve(user, 10)));
        expect(verdicts.filter((verdict) => verdict.granted)).toHaveLength(25);
        expect(await used(user)).toEqual({ requests_per_minute: 25, tokens_per_minute: 250, concurrency: 25 });
      });

      test('F50: a clock that goes back by a day opens no day again, and locks nobody out for longer than one', async () => {
        const user = limitScope('back', { requests_per_day: 1 });
        await granted(user);
        under.advance(-DAY_MS);
        await refused(user);
        under.advance(DAY_MS);
        await refused(user);
        under.advance(DAY_MS);
        await granted(user);
        under.advance(-5 * DAY_MS);
        await refused(user);
        under.advance(DAY_MS);
        await granted(user);
      });
    });

    describe('budgets', () => {
      const take = async (period: BudgetPeriod, nano: number) => under.state.budgets.reserve([period], nano);
      const known = async (counter: string, limitNano: number, more: Partial<BudgetPeriod> = {}) => {
        const period = budgetPeriod(counter, limitNano, more);
        await under.state.budgets.restore(period, { spentNano: 0, inLedger: new Set() });
        return period;
      };

      test('are not known before what was spent is restored', async () => {
        const period = budgetPeriod('restored', 100);
        expect(await take(period, 1)).toEqual({ kind: 'unknown', at: 0 });
        expect(await under.state.budgets.read(period)).toBeUndefined();
        await under.state.budgets.restore(period, { spentNano: 60, inLedger: new Set() });
        expect(await under.state.budgets.read(period)).toEqual({ settledNano: 60, reservedNano: 0 });
        // A second time changes nothing: what happened since would be lost.
        await under.state.budgets.restore(period, { spentNano: 0, inLedger: new Set() });
        expect((await take(period, 41)).kind).toBe('refused');
        expect((await take(period, 40)).kind).toBe('reserved');
      });

      test('hold the worst case, then what was spent', async () => {
        const period = await known('held', 1000);
        expect(await take(period, 700)).toEqual({ kind: 'reserved', shadowed: undefined });
        expect(await take(period, 301)).toEqual({ kind: 'refused', at: 0, settledNano: 0, reservedNano: 700 });
        under.state.budgets.adjust([period], -500);
        expect(await under.state.budgets.read(period)).toEqual({ settledNano: 0, reservedNano: 200 });
        const settled = await under.state.budgets.settle([period], { requestId: 'a', heldNano: 200, costNano: 200 });
        expect(settled).toEqual([200]);
        expect(await under.state.budgets.read(period)).toEqual({ settledNano: 200, reservedNano: 0 });
        expect((await take(period, 800)).kind).toBe('reserved');
      });

      test('reserve in all or in none', async () => {
        const wide = await known('all-wide', 1000);
        const tight = await known('all-tight', 10);
        const verdict = await under.state.budgets.reserve([wide, tight], 11);
        expect(verdict).toMatchObject({ kind: 'refused', at: 1 });
        expect(await under.state.budgets.read(wide)).toEqual({ settledNano: 0, reservedNano: 0 });
      });

      test('let exactly the affordable ones of two hundred at once pass', async () => {
        const period = await known('crowd', 10_000);
        const verdicts = await Promise.all(Array.from({ length: 200 }, () => take(period, 1300)));
        expect(verdicts.filter(({ kind }) => kind === 'reserved')).toHaveLength(7);
        expect(await under.state.budgets.read(period)).toEqual({ settledNano: 0, reservedNano: 9100 });
      });

      test('in shadow mode report and hold all the same', async () => {
        const period = await known('shadow', 10, { shadow: true });
        const verdict = await take(period, 11);
        expect(verdict).toEqual({ kind: 'reserved', shadowed: { at: 0, settledNano: 0, reservedNano: 0 } });
        expect(await under.state.budgets.read(period)).toEqual({ settledNano: 0, reservedNano: 11 });
      });

      test('what was settled while they were not known is placed once: by the ledger, or by the list', async () => {
        const period = budgetPeriod('unplaced', 1000);
        for (const [requestId, costNano] of [['in-ledger', 100] as const, ['not-yet', 30] as const]) {
          const settled = await under.state.budgets.settle([period], { requestId, heldNano: 0, costNano });
          expect(settled).toEqual([undefined]);
        }
        expect([...(await under.state.budgets.unplaced(period))].sort()).toEqual(['in-ledger', 'not-yet']);
        await under.state.budgets.restore(period, { spentNano: 500, inLedger: new Set(['in-ledger']) });
        expect(await under.state.budgets.read(period)).toEqual({ settledNano: 530, reservedNano: 0 });
        expect(await under.state.budgets.unplaced(period)).toEqual([]);
      });

      test('keep sums beyond 32 bits exactly', async () => {
        const period = await known('rich', 9_000_000_000_000_000);
        expect((await take(period, 8_999_999_999_999_999)).kind).toBe('reserved');
        expect((await take(period, 2)).kind).toBe('refused');
        expect(await under.state.budgets.read(period)).toEqual({ settledNano: 0, reservedNano: 8_999_999_999_999_999 });
      });
    });
  });
}
