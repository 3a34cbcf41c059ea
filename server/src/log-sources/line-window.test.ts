import { describe, expect, test } from 'vitest';
import type { LogLine, LogSource } from '../ports/log-source.ts';
import { LineWindow } from './line-window.ts';

const NEVER = new AbortController().signal;
const line = (body: string, more: Partial<LogLine> = {}): LogLine => ({ body, bytes: body.length, ...more });
const asked = (service: string | undefined) => service;

async function bodies(source: LogSource, of: { service: string; from?: number; to?: number }): Promise<string[]> {
  const found: string[] = [];
  for await (const lines of source.read({ from: 0, to: 1000, ...of }, NEVER))
    found.push(...lines.map(({ body }) => body));
  return found;
}

describe('lines in memory', () => {
  test('are those of one owner and one service, within the time asked for', async () => {
    const window = new LineWindow(1_000_000);
    window.add({ owner: 'a', service: 'web' }, { at: 10, lines: [line('came at 10'), line('is of 99', { time: 99 })] });
    window.add({ owner: 'b', service: 'web' }, { at: 10, lines: [line('of another owner')] });
    window.add({ owner: 'a', service: 'db' }, { at: 10, lines: [line('of another service')] });

    const source = window.source('otlp', 'a', asked);
    expect(await bodies(source, { service: 'web' })).toEqual(['came at 10', 'is of 99']);
    expect(await bodies(source, { service: 'web', to: 99 })).toEqual(['came at 10']);
    expect(await bodies(source, { service: 'web', from: 11 })).toEqual(['is of 99']);
  });

  test('give way to newer ones of the service that has most, so a loud one costs a quiet one nothing', async () => {
    const window = new LineWindow(200_000);
    window.add({ owner: 'a', service: 'quiet' }, { at: 1, lines: [line('the only one')] });
    for (let at = 0; at < 5000; at++)
      window.add({ owner: 'a', service: 'loud' }, { at: 2, lines: [line(`number ${at}`)] });

    const source = window.source('otlp', 'a', asked);
    expect(await bodies(source, { service: 'quiet' })).toEqual(['the only one']);
    const loud = await bodies(source, { service: 'loud' });
    expect(loud.at(-1)).toBe('number 4999');
    expect(loud.length).toBeGreaterThan(500);
    expect(loud.length).toBeLessThan(1000);
  });

  test('of endless services and of one too large batch stay within the bound', () => {
    const window = new LineWindow(100_000);
    for (let at = 0; at < 5000; at++) window.add({ owner: `owner ${at}`, service: 's' }, { at, lines: [line('x')] });
    const kept = Array.from({ length: 5000 }, (_, at) => window.has(`owner ${at}`)).filter(Boolean).length;
    expect(kept).toBeGreaterThan(20);
    expect(kept).toBeLessThan(60);
    window.add({ owner: 'huge', service: 's' }, { at: 1, lines: [line('y'.repeat(200_000))] });
    expect(window.has('huge')).toBe(false);
  });

  test('are gone when their owner is forgotten', () => {
    const window = new LineWindow(100_000);
    window.add({ owner: 'a', service: 's' }, { at: 1, lines: [line('x')] });
    window.forget('a');
    expect(window.has('a')).toBe(false);
  });
});
