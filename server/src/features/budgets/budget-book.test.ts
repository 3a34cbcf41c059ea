import { expect, test } from 'vitest';
import { type Budget, type BudgetTermsInUsd, termsFromUsd } from '../../kernel/budget.ts';
import { DAY_MS } from '../../kernel/time.ts';
import { BudgetBook, type BudgetedCall } from './budget-book.ts';

const NOON = Date.UTC(2026, 10, 20, 12);

function budget(
  scope: Budget['scope'],
  id: string,
  more: Partial<BudgetTermsInUsd> & { projectId?: string } = {},
): Budget {
  const { projectId = 'p', ...terms } = more;
  return { ...termsFromUsd({ usd: 1, period: 'day', ...terms }), projectId, scope, id, source: 'api' };
}

function book(budgets: readonly Budget[]): BudgetBook {
  return new BudgetBook({ budgets: () => budgets, version: () => 1 });
}

function call(more: Partial<BudgetedCall> = {}): BudgetedCall {
  return { projectId: 'p', keyId: 'k', keyBudget: undefined, userId: 'u', atMs: NOON, ...more };
}

const counters = (of: ReturnType<BudgetBook['inForce']>) => of.map(({ period }) => period.counter);

test("finds the budgets of a call's key, user and project, and nobody else's", () => {
  const found = book([
    budget('key', 'k'),
    budget('user', 'u', { period: 'total' }),
    budget('project', 'p', { period: 'month' }),
    budget('user', 'other'),
    budget('user', 'u', { projectId: 'elsewhere' }),
    budget('workflow', 'w'),
  ]).inForce(call());
  const month = Date.UTC(2026, 10, 1);
  const day = Date.UTC(2026, 10, 20);
  expect(counters(found)).toEqual([`key:k:day:${day}`, 'user:u:total:0', `project:p:month:${month}`]);
});

test('a budget for each counts for each on its own, and gives way to one by name', () => {
  const each = book([
    budget('user', '*'),
    budget('user', 'named', { usd: 5 }),
    budget('user', 'named', { period: 'week' }),
  ]);
  const [one] = each.inForce(call({ userId: 'one' }));
  const [two] = each.inForce(call({ userId: 'two' }));
  expect(one?.period.name).not.toBe(two?.period.name);
  expect(one?.budget.id).toBe('one');
  const named = each.inForce(call({ userId: 'named' }));
  expect(named.map(({ period }) => period.limitNano)).toEqual([5e9, 1e9]);
  expect(each.inForce(call({ userId: undefined }))).toEqual([]);
});

test("a key's own budget counts apart from one made for the key", () => {
  const found = book([budget('key', 'k')]).inForce(call({ keyBudget: termsFromUsd({ usd: 2, period: 'day' }) }));
  expect(new Set(counters(found)).size).toBe(2);
});

test('the period is that of the arrival, and the same object while it lasts', () => {
  const day = book([budget('user', 'u')]);
  const [now] = day.inForce(call());
  expect(day.inForce(call({ atMs: NOON + DAY_MS / 4 }))[0]).toBe(now);
  const [tomorrow] = day.inForce(call({ atMs: NOON + DAY_MS }));
  expect(tomorrow?.startsAt).toBe(Date.UTC(2026, 10, 21));
  // A call that arrived before midnight belongs to its day.
  expect(day.inForce(call())[0]?.period.name).toBe(now?.period.name);
});

test('labels that look like other names count apart', () => {
  const each = book([budget('user', '*')]);
  const names = ['a', 'a:day:1', 'a:day', ' a'].map((userId) => each.inForce(call({ userId }))[0]?.period.name);
  expect(new Set(names).size).toBe(4);
});

test('one list is made per key and user, and another when what holds changes', () => {
  let budgets = [budget('user', 'u')];
  let version = 1;
  const changing = new BudgetBook({ budgets: () => budgets, version: () => version });
  const first = changing.inForce(call());
  expect(changing.inForce(call({ atMs: NOON + 1 }))).toBe(first);
  expect(counters(changing.inForce(call({ keyId: 'k2', userId: undefined })))).toEqual([]);
  const keyBudget = termsFromUsd({ usd: 2, period: 'day' });
  expect(changing.inForce(call({ keyBudget }))).toHaveLength(2);
  expect(changing.inForce(call())).toHaveLength(1);
  budgets = [...budgets, budget('project', 'p')];
  version = 2;
  expect(changing.inForce(call())).toHaveLength(2);
  expect(changing.inForce(call({ projectId: 'elsewhere' }))).toHaveLength(0);
});
