import { expect, test } from 'vitest';
import { RetryBudget } from './retry-budget.ts';

const SETTINGS = { ratio: 0.2, floorPerMinute: 100 };

function retriesGranted(budget: RetryBudget, asked: number, nowMono: number): number {
  let granted = 0;
  for (let at = 0; at < asked; at++) if (budget.tryRetry('openai', nowMono)) granted++;
  return granted;
}

test('a hundred retries per minute are always there, however small the traffic', () => {
  expect(retriesGranted(new RetryBudget(SETTINGS), 1000, 0)).toBe(100);
});

test('beyond the floor retries are a fifth of the requests', () => {
  const budget = new RetryBudget(SETTINGS);
  for (let at = 0; at < 5000; at++) budget.countRequest('openai', 0);
  expect(retriesGranted(budget, 5000, 0)).toBe(1000);
});

test('each upstream has a budget of its own', () => {
  const budget = new RetryBudget(SETTINGS);
  retriesGranted(budget, 200, 0);
  expect(budget.tryRetry('openai', 0)).toBe(false);
  expect(budget.tryRetry('groq', 0)).toBe(true);
});

test('the window slides: retries come back when a minute has passed, not before', () => {
  const budget = new RetryBudget(SETTINGS);
  expect(retriesGranted(budget, 100, 0)).toBe(100);
  expect(budget.tryRetry('openai', 49_999)).toBe(false);
  expect(retriesGranted(budget, 200, 60_000)).toBe(100);
});

test('a ratio of zero with a floor of zero grants nothing', () => {
  expect(new RetryBudget({ ratio: 0, floorPerMinute: 0 }).tryRetry('openai', 0)).toBe(false);
});

test('a ratio above one may grant more retries than there were requests', () => {
  const budget = new RetryBudget({ ratio: 2, floorPerMinute: 0 });
  for (let at = 0; at < 10; at++) budget.countRequest('openai', 0);
  expect(retriesGranted(budget, 100, 0)).toBe(20);
});
