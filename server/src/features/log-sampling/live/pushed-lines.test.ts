import { expect, test } from 'vitest';
import type { LogLine } from '../../../ports/log-source.ts';
import { PushedLines } from './pushed-lines.ts';

const line = (body: string, bytes = body.length): LogLine => ({ body, bytes });

async function read(pushed: PushedLines, of: { project: string; service: string }, period = { from: 0, to: 100 }) {
  const all: string[] = [];
  const lines = pushed.of(of.project).read({ service: of.service, ...period }, new AbortController().signal);
  for await (const batch of lines) all.push(...batch.map(({ body }) => body));
  return all;
}

test('pushed lines are read by project, service and time of arrival', async () => {
  const pushed = new PushedLines();
  pushed.push('p', 'web', { lines: [line('a'), line('b')], at: 10 });
  pushed.push('p', 'web', { lines: [line('c')], at: 20 });
  pushed.push('q', 'web', { lines: [line('secret')], at: 20 });
  expect(await read(pushed, { project: 'p', service: 'web' })).toEqual(['a', 'b', 'c']);
  expect(await read(pushed, { project: 'p', service: 'web' }, { from: 11, to: 100 })).toEqual(['c']);
  expect(await read(pushed, { project: 'p', service: 'worker' })).toEqual([]);
  expect(pushed.has('q', 'web')).toBe(true);
  expect(pushed.has('q', 'worker')).toBe(false);
});

test('the oldest pushed lines go when there are more than 64 MiB', async () => {
  const pushed = new PushedLines();
  const half = 33 * 2 ** 20;
  pushed.push('p', 'old', { lines: [line('a', half)], at: 1 });
  pushed.push('p', 'new', { lines: [line('b', half)], at: 2 });
  expect(await read(pushed, { project: 'p', service: 'old' })).toEqual([]);
  expect(await read(pushed, { project: 'p', service: 'new' })).toEqual(['b']);
});
