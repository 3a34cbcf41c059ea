import { expect, test } from 'vitest';
import { ManualClock } from '../../../../test/contracts/manual-clock.ts';
import type { LimitScope } from '../../ports/shared-state.ts';
import { MemoryOwnLimits } from './own-limits.ts';

test('what is granted while everything is being told is told once, with the next', () => {
  const own = new MemoryOwnLimits({ clock: new ManualClock(), share: () => 1 });
  const scopes = ['ann', 'bob'].map(scopeOf);
  const call = () => own.reserve(scopes, { asked: 1, charged: 1 });
  call();
  const told = new Map<string, number>();
  for (const { name, requests } of own.untold(true)) {
    told.set(name, requests);
    // Telling waits for Redis here, and calls go on.
    call();
  }
  for (const { name, requests } of own.untold(false)) told.set(name, (told.get(name) ?? 0) + requests);
  expect([...told]).toEqual(scopes.map(({ name }) => [name, 3]));
});

function scopeOf(id: string): LimitScope {
  const counter = `user:${id}`;
  const limits = { requests_per_minute: 10, requests_per_day: 10 } as LimitScope['limits'];
  return {
    scope: 'user',
    id,
    projectId: 'default',
    api: null,
    counter,
    name: `default:${counter}`,
    limits,
    shadow: false,
  };
}
