import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import { limitScope } from '../../../../test/contracts/shared-state.contract.ts';
import { requirement } from '../../../../test/support/requirement.ts';
import type { LimitGrant } from '../../ports/shared-state.ts';
import { MemoryLimitCounters } from './limit-counters.ts';

const NOTHING = { asked: 0, charged: 0 };

test('a part of the limits is at least one', () => {
  const counters = new MemoryLimitCounters({ clock: new ManualClock(), share: () => 1 / 3 });
  const user = limitScope('user:a', { requests_per_minute: 10 });
  for (let turn = 0; turn < 3; turn++) expect(counters.reserve([user], NOTHING).granted).toBe(true);
  expect(counters.reserve([user], NOTHING)).toMatchObject({ granted: false, limit: 3, used: 3 });
  const rare = limitScope('user:b', { requests_per_day: 1 });
  expect(counters.reserve([rare], NOTHING).granted).toBe(true);
  expect(counters.reserve([rare], NOTHING).granted).toBe(false);
});

test('tells once of each counter with a limit per day, and takes what an earlier process counted', () => {
  const told: string[] = [];
  const counters = new MemoryLimitCounters({ clock: new ManualClock(), onNewDay: ({ name }) => told.push(name) });
  const daily = limitScope('user:a', { requests_per_day: 5 });
  const other = limitScope('user:b', { requests_per_minute: 5 });
  for (let turn = 0; turn < 2; turn++) counters.reserve([daily, other], NOTHING);
  expect(told).toEqual(['default:user:a']);
  counters.addToDay(daily, { requests: 3, tokens: 0 });
  expect(counters.reserve([daily], NOTHING)).toMatchObject({ granted: false, used: 5 });
});

test('labels without end do not fill the memory, and running calls are never forgotten', () => {
  const clock = new ManualClock();
  const counters = new MemoryLimitCounters({ clock, maxCounters: 100 });
  const key = limitScope('key:k', { concurrency: 1 });
  const running = counters.reserve([key], NOTHING);
  for (let at = 0; at < 1000; at++) {
    const grant = counters.reserve([limitScope(`ended:${at}`, { requests_per_minute: 1 })], NOTHING);
    counters.settle(grant as LimitGrant, 0);
  }
  expect([...counters.entries()].length).toBeLessThanOrEqual(100);
  expect(counters.reserve([key], NOTHING).granted).toBe(false);
  counters.settle(running as LimitGrant, 0);
  expect(counters.reserve([key], NOTHING).granted).toBe(true);
});

test('labels without end push out no counter of a key, of a project, or of the users of another project', () => {
  const counters = new MemoryLimitCounters({ clock: new ManualClock(), maxCounters: 100 });
  const once = { requests_per_minute: 1 };
  const bystanders = [
    limitScope('key:k', once, { scope: 'key' }),
    limitScope('project', once, { scope: 'project' }),
    limitScope('user:a', once, { projectId: 'other', name: 'other:user:a' }),
  ];
  for (const scope of bystanders) counters.settle(counters.reserve([scope], NOTHING) as LimitGrant, 0);
  for (let at = 0; at < 1000; at++) {
    counters.settle(counters.reserve([limitScope(`user:${at}`, once)], NOTHING) as LimitGrant, 0);
  }
  for (const scope of bystanders) expect(counters.reserve([scope], NOTHING).granted).toBe(false);
  expect([...counters.entries()].length).toBeLessThanOrEqual(102);
});

describe(requirement('E11'), () => {
  test('a check of five limits in three scopes takes far less than a millisecond', () => {
    const counters = new MemoryLimitCounters({ clock: new ManualClock() });
    const limits = { requests_per_minute: 1e6, requests_per_day: 1e6, tokens_per_minute: 1e9, tokens_per_day: 1e9 };
    const scopes = ['key', 'user', 'project'].map((name) => limitScope(name, { ...limits, concurrency: 10 }));
    const from = performance.now();
    for (let turn = 0; turn < 5000; turn++) {
      counters.settle(counters.reserve(scopes, { asked: 100, charged: 100 }) as LimitGrant, 90);
    }
    expect((performance.now() - from) / 5000).toBeLessThan(0.2);
  });
});
