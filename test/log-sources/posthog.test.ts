import { describe, expect, test } from 'vitest';
import { postHogSource } from '../../server/src/log-sources/posthog/posthog-source.ts';
import { patient } from '../../server/src/log-sources/servers/patient.ts';
import type { Clock } from '../../server/src/ports/clock.ts';
import { requirement } from '../support/requirement.ts';
import { asker, collect, readLine } from './collect.ts';
import { POSTHOG_KEY, type PostHogRow, startFakePostHog } from './fake-posthog.ts';
import { serveHttp } from './serve-http.ts';

const START = Date.parse('2026-11-20T10:00:00Z');
const TRACE = '5b8efff798038103d269b633813fc60c';

/** Three lines in every millisecond, so that pages end among lines of one time. */
function rowsOf(many: number, service = 'web'): PostHogRow[] {
  return Array.from({ length: many }, (_, at) => ({
    uuid: `019a-${String((at * 7919) % 100_003).padStart(6, '0')}-${at}`,
    micros: BigInt(START + Math.floor(at / 3)) * 1000n,
    ...{ service, body: `line ${at}`, severity: at % 10 === 0 ? 'error' : 'info', trace: at === 0 ? TRACE : '' },
  }));
}

async function setup(rows: readonly PostHogRow[], more: { apiKey?: string; pageLines?: number } = {}) {
  const posthog = await startFakePostHog(() => rows);
  const waits: number[] = [];
  const clock: Clock = {
    ...{ now: () => START, monotonic: () => START },
    after(delayMs, run) {
      waits.push(delayMs);
      queueMicrotask(run);
      return () => {};
    },
  };
  const { url } = posthog;
  const source = postHogSource(
    { name: 'hog', url: `${url}/`, projectId: 7, apiKey: POSTHOG_KEY, pageLines: 1000, ...more },
    { ask: patient(asker(), clock), readLine },
  );
  return { ...posthog, source, waits };
}

const window = { service: 'web', from: START, to: START + 60_000 };

describe(requirement('C7'), () => {
  test("PostHog's API gives every line once, oldest first, over pages that end within a millisecond", async () => {
    const rows = [...rowsOf(2500), ...rowsOf(50, 'other')];
    const { source, asked } = await setup(rows);
    const { lines, batches } = await collect(source, window);
    expect(batches).toBe(3);
    expect(new Set(lines.map(({ body }) => body)).size).toBe(2500);
    expect(lines).toHaveLength(2500);
    expect(lines.every(({ time = 0 }, at) => at === 0 || time >= (lines[at - 1]?.time ?? 0))).toBe(true);
    expect(lines.find(({ body }) => body === 'line 0')).toEqual({
      ...{ body: 'line 0', bytes: 6, service: 'web', time: START, severity: 'error', traceId: TRACE },
    });
    const { query } = JSON.parse(asked[0]?.body ?? '');
    expect(query).toEqual({
      dateRange: { date_from: '2026-11-20T10:00:00.000Z', date_to: '2026-11-20T10:01:00.000Z' },
      ...{ severityLevels: [], serviceNames: ['web'], orderBy: 'earliest', limit: 1000 },
    });
  });

  test('the end of a window is not in it', async () => {
    const { source } = await setup(rowsOf(30));
    const { lines } = await collect(source, { ...window, to: START + 5 });
    expect(lines).toHaveLength(15);
  });

  test('a message inside JSON is the line', async () => {
    const [row] = rowsOf(1);
    const { source } = await setup([{ ...row!, body: '{"msg":"hello","level":"warn"}', severity: '' }]);
    const { lines } = await collect(source, window);
    expect(lines).toMatchObject([{ body: 'hello', bytes: 30, severity: 'warn' }]);
  });

  test('too many questions are asked again after the time that PostHog names', async () => {
    const { source, limitNext, waits, asked } = await setup(rowsOf(10));
    limitNext(2);
    const { lines } = await collect(source, window);
    expect(lines).toHaveLength(10);
    expect(asked).toHaveLength(3);
    expect(waits).toEqual([3000, 3000]);
  });

  test('a wrong key is told by the name of the setting, and shows nothing of it', async () => {
    const { source } = await setup([], { apiKey: 'phx_wrong' });
    const failure = await collect(source, window).catch((error) => error);
    expect(failure).toMatchObject({ code: 'upstream.auth', message: expect.stringContaining('logs.sources.hog') });
    expect(failure.message).not.toContain('phx');
  });

  test.each<[string, unknown]>([
    ['no results', {}],
    ['no cursor to more', { results: [], hasMore: true }],
    ['the same page for ever', { results: [], hasMore: true, nextCursor: 'again' }],
    ['no JSON', '<html>'],
  ])('an answer with %s ends with an error that names the source', async (_, body) => {
    const { url } = await serveHttp(() => ({ body }));
    const source = postHogSource(
      { name: 'hog', url, projectId: 7, apiKey: 'k', pageLines: 10 },
      { ask: asker(), readLine },
    );
    await expect(collect(source, window)).rejects.toMatchObject({
      code: 'upstream.bad_reply',
      message: expect.stringContaining('"hog"'),
    });
  });

  test('what is given up is not asked for any more', async () => {
    const { source, asked } = await setup(rowsOf(2500));
    const controller = new AbortController();
    const reading = (async () => {
      for await (const _ of source.read(window, controller.signal)) controller.abort(new Error('enough'));
    })();
    await expect(reading).rejects.toMatchObject({ code: 'upstream.timeout' });
    expect(asked.length).toBeLessThanOrEqual(2);
  });
});
