import { describe, expect, test } from 'vitest';
import type { LogSource } from '../../ports/log-source.ts';
import { chooseSource, type SourceChoice } from './choose-source.ts';
import { PushedLines } from './live/pushed-lines.ts';

const source = (name: string): LogSource => ({ name, async *read() {} });

function choose(choice: Partial<SourceChoice>, names: readonly string[], pushed = new PushedLines()): string {
  const asked = {
    projectId: 'p',
    service: 's',
    source: undefined,
    clickhouseHost: undefined,
    apiUrl: undefined,
    ...choice,
  };
  return chooseSource(asked, {
    pushed,
    named: () => new Map(names.map((name) => [name, source(name)])),
    clickHouseAt: (address) => (address === 'db:8123' ? 'posthog' : undefined),
    postHogAt: (url) => (url === 'https://hog.example' ? 'hog' : undefined),
  }).name;
}

describe('the source of a request', () => {
  test.each(['db:9000', 'db:8123', 'db'])('is the ClickHouse that the operator named at %s', (clickhouseHost) => {
    expect(choose({ clickhouseHost }, ['posthog', 'loki'])).toBe('posthog');
  });

  test.each(['db:9001', 'other:9000', 'db:8123/x', '169.254.169.254'])('is never a host like %s', (clickhouseHost) => {
    expect(() => choose({ clickhouseHost }, ['posthog'])).toThrow(/clickhouse_host/);
  });

  test('is the PostHog that the operator named at an address, and no other', () => {
    expect(choose({ apiUrl: 'https://hog.example' }, ['hog', 'loki'])).toBe('hog');
    expect(() => choose({ apiUrl: 'https://other.example' }, ['hog'])).toThrow(/api_url/);
  });

  test('is the one that is named, else pushed lines, else the only one', () => {
    expect(choose({ source: 'loki' }, ['posthog', 'loki'])).toBe('loki');
    expect(choose({}, ['loki'])).toBe('loki');
    const pushed = new PushedLines();
    pushed.push('p', 's', { lines: [{ body: 'x', bytes: 1 }], at: 0 });
    expect(choose({}, ['loki'], pushed)).toBe('pushed');
    expect(choose({ projectId: 'q' }, ['loki'], pushed)).toBe('loki');
    expect(() => choose({}, ['posthog', 'loki'])).toThrow(/posthog, loki, pushed/);
    expect(() => choose({ source: 'x' }, ['loki'])).toThrow(/loki/);
  });
});
