import { describe, expect, test } from 'vitest';
import { labelSelector } from '../../server/src/log-sources/loki/label-selector.ts';
import { type LokiSourceOptions, lokiSource } from '../../server/src/log-sources/loki/loki-source.ts';
import { HOSTILE_NAMES } from '../../server/src/log-sources/testing/hostile-names.ts';
import { asker, collect, readLine } from './collect.ts';
import { serveHttp } from './serve-http.ts';

const START = Date.parse('2026-11-20T10:00:00Z');
const NANOS = BigInt(START) * 1_000_000n;
const window = { service: 'web', from: START, to: START + 60_000 };

interface Entry {
  readonly nanos: bigint;
  readonly line: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Loki's query_range: start is in the range and end is not, the limit counts over all streams, streams come in any order. */
async function startLoki(entries: readonly Entry[]) {
  return serveHttp(({ path, query }) => {
    if (path !== '/tenant/loki/api/v1/query_range') return { status: 404, body: '404 page not found' };
    const [start, end] = [BigInt(query.get('start') ?? 0), BigInt(query.get('end') ?? 0)];
    const found = entries
      .filter(({ nanos }) => nanos >= start && nanos < end)
      .sort((a, b) => Number(a.nanos - b.nanos))
      .slice(0, Number(query.get('limit')));
    const streams = new Map<string, unknown[]>();
    for (const { nanos, line, labels, metadata } of found) {
      const key = JSON.stringify(labels);
      streams.set(key, [
        ...(streams.get(key) ?? []),
        [String(nanos), line, ...(metadata === undefined ? [] : [metadata])],
      ]);
    }
    const result = [...streams].reverse().map(([key, values]) => ({ stream: JSON.parse(key), values }));
    return { body: { status: 'success', data: { resultType: 'streams', result, stats: {} } } };
  });
}

async function setup(entries: readonly Entry[], more: Partial<LokiSourceOptions> = {}) {
  const loki = await startLoki(entries);
  const source = lokiSource(
    {
      ...{ name: 'grafana', url: `${loki.url}/tenant/`, labels: {}, serviceLabel: 'service_name' },
      ...{ headers: { 'x-scope-orgid': 't1' }, pageLines: 10, ...more },
    },
    { ask: asker(), readLine },
  );
  return { ...loki, source };
}

describe('Loki as a log source', () => {
  test('gives every line once, oldest first, over pages that end within a nanosecond', async () => {
    const entries = Array.from({ length: 101 }, (_, at) => ({
      nanos: NANOS + BigInt(Math.floor(at / 4)),
      line: `line ${at}`,
      labels: { service_name: 'web', pod: `p${at % 3}` },
    }));
    const { source, asked } = await setup(entries);
    const { lines } = await collect(source, window);
    expect(lines.map(({ body }) => body).sort()).toEqual(entries.map(({ line }) => line).sort());
    expect(asked[0]?.headers['x-scope-orgid']).toBe('t1');
    expect(Object.fromEntries(asked[0]?.query ?? [])).toEqual({
      ...{ query: '{service_name="web"}', start: String(NANOS), end: String(NANOS + 60_000_000_000n) },
      ...{ limit: '10', direction: 'forward' },
    });
  });

  test('has severity and trace from labels, from structured metadata, and from the line', async () => {
    const trace = '5b8efff798038103d269b633813fc60c';
    const { source } = await setup([
      { nanos: NANOS, line: 'a', labels: { level: 'warn' } },
      { nanos: NANOS + 1n, line: 'b', labels: {}, metadata: { detected_level: 'error', trace_id: trace } },
      { nanos: NANOS + 2_000_000n, line: '{"msg":"c","level":"info"}', labels: { detected_level: 'unknown' } },
    ]);
    const { lines } = await collect(source, window);
    expect(lines).toMatchObject([
      { body: 'a', severity: 'warn', service: 'web', time: START },
      { body: 'b', severity: 'error', traceId: trace },
      { body: 'c', severity: 'info', time: START + 2, bytes: 26 },
    ]);
  });

  test('says what to raise when one nanosecond has more lines than a page', async () => {
    const entries = Array.from({ length: 11 }, (_, at) => ({ nanos: NANOS, line: `line ${at}`, labels: {} }));
    const { source } = await setup(entries);
    await expect(collect(source, window)).rejects.toMatchObject({
      code: 'upstream.bad_reply',
      message: expect.stringContaining('logs.sources.grafana.page_lines'),
    });
  });

  test.each([
    [{ cluster: 'eu' }, 'web', '{cluster="eu",service_name="web"}'],
    [{ cluster: 'eu' }, undefined, '{cluster="eu"}'],
    [{}, undefined, '{service_name=~".+"}'],
  ])('asks for the streams with labels %j and service %s', async (labels, service, selector) => {
    const { source, asked } = await setup([], { labels });
    await collect(source, { ...window, service });
    expect(asked[0]?.query.get('query')).toBe(selector);
  });

  test.each(HOSTILE_NAMES)('the service %j is one value of a selector', (hostile) => {
    const selector = labelSelector({ service_name: hostile });
    const value = /^\{service_name="((?:[^"\\\p{Cc}]|\\["\\]|\\u[0-9a-f]{4})*)"\}$/u.exec(selector)?.[1];
    expect(JSON.parse(`"${value}"`)).toBe(hostile);
  });

  test('an answer that is none ends with an error that names the source', async () => {
    const { url } = await serveHttp(() => ({
      body: { status: 'success', data: { resultType: 'matrix', result: [] } },
    }));
    const { source } = await setup([], { url });
    await expect(collect(source, window)).rejects.toMatchObject({ code: 'upstream.bad_reply' });
  });
});
