import { expect, test } from 'vitest';
import { LimitBook, type LimitedCall, type LimitRules } from './limit-book.ts';
import type { UserSettings } from './user-store.ts';

const RULES: LimitRules = { key: {}, user: {}, project: {}, model: {}, tiers: {}, apis: {}, shadow: false };

function book(rules: Partial<LimitRules>, users: readonly UserSettings[] = []): LimitBook {
  return new LimitBook({
    rules: { ...RULES, ...rules },
    user: (projectId, id) => users.find((user) => user.projectId === projectId && user.id === id),
    usersVersion: () => users.length,
    aliases: (model) => (model.includes('/') ? [] : [`openai/${model}`]),
  });
}

function call(more: Partial<LimitedCall> = {}): LimitedCall {
  return { projectId: 'p', keyId: 'k', keyLimits: undefined, userId: 'u', wire: 'openai-chat', ...more };
}

function seen(of: ReturnType<LimitBook['scopesOf']>) {
  return of.map(({ scope, name, limits }) => [scope, name, limits]);
}

test('without limits there is nothing to look at, the same nothing each time', () => {
  const none = book({});
  expect(none.scopesOf(call(), 'm')).toEqual([]);
  expect(none.scopesOf(call(), 'm')).toBe(none.scopesOf(call({ userId: 'v' }), 'm'));
});

test('a list is made once per key, user and API', () => {
  const limited = book({ user: { concurrency: 1 } });
  expect(limited.scopesOf(call(), 'm')).toBe(limited.scopesOf(call(), 'm'));
  expect(limited.scopesOf(call(), 'm')).not.toBe(limited.scopesOf(call({ userId: 'v' }), 'm'));
});

test("a key's own limits replace the configured ones name by name, from the moment they change", () => {
  const limited = book({ key: { requests_per_minute: 9, concurrency: 2 } });
  const own = { requests_per_minute: 50 };
  expect(seen(limited.scopesOf(call(), 'm'))[0]?.[2]).toEqual({ requests_per_minute: 9, concurrency: 2 });
  expect(seen(limited.scopesOf(call({ keyLimits: own }), 'm'))[0]?.[2]).toEqual({
    requests_per_minute: 50,
    concurrency: 2,
  });
});

test('a user has what is set for the user over the tier over the API and the rest', () => {
  const rules = {
    user: { requests_per_minute: 1, tokens_per_day: 10 },
    tiers: { gold: { requests_per_minute: 100, concurrency: 9 } },
    apis: { llm: { requests_per_minute: 30, requests_per_day: 14_400 } },
  };
  const limited = book(rules, [{ projectId: 'p', id: 'u', tier: 'gold', limits: { concurrency: 3 } }]);
  expect(seen(limited.scopesOf(call({ wire: 'llm' }), 'm'))).toEqual([
    ['user', 'p:user:u', { tokens_per_day: 10, concurrency: 3 }],
    ['tier', 'p:tier:gold:u', { requests_per_minute: 100 }],
    ['user', 'p:user@llm:u', { requests_per_day: 14_400 }],
  ]);
  expect(seen(limited.scopesOf(call({ userId: 'v', wire: 'llm' }), 'm'))).toEqual([
    ['user', 'p:user:v', rules.user],
    ['user', 'p:user@llm:v', rules.apis.llm],
  ]);
});

test('calls without a user count against their key, and no label can be taken for that', () => {
  const limited = book({ user: { concurrency: 1 }, apis: { llm: { concurrency: 1 } } });
  expect(
    seen(limited.scopesOf(call({ userId: undefined, wire: 'llm' }), 'm')).map(([scope, name]) => [scope, name]),
  ).toEqual([
    ['key', 'p:nobody:k'],
    ['key', 'p:nobody@llm:k'],
  ]);
  const names = ['k', 'a@llm', 'llm:a'].flatMap((userId) =>
    limited.scopesOf(call({ userId, wire: 'llm' }), 'm').map(({ name }) => name),
  );
  expect(new Set(names).size).toBe(6);
});

test('a model is limited over all projects, whatever it is called', () => {
  const limited = book({ model: { 'openai/m': { requests_per_minute: 1 }, other: { concurrency: 1 } } });
  for (const name of ['m', 'openai/m'])
    expect(limited.scopesOf(call(), name)).toMatchObject([{ scope: 'model', name: '*:model:openai/m' }]);
  expect(limited.scopesOf(call({ projectId: 'q' }), 'openai/other')).toMatchObject([{ scope: 'model', id: 'other' }]);
  expect(limited.scopesOf(call(), 'groq/m')).toEqual([]);
});
