import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Scene } from '../../chaos/support/scene.ts';
import { type ReadEvents, readExecutionEvents, toldBy } from '../../support/read-execution-events.ts';
import { ALONE, approveNext, startRun, storeWorkflow } from '../../support/workflow-weir.ts';
import { approval, sampling, set } from '../workflows/stage.ts';

/** So many connections do not all go to the same thread. */
const READERS = 12;
const PRICES = { 'openai/gpt-4o-mini': { input: 1000, output: 1000 } };

let scene: Scene;
beforeAll(async () => {
  scene = await Scene.start({ config: { server: { workers: 2 }, prices: PRICES } });
}, 30_000);
afterAll(() => scene.close());

const asked = (name: string) => ({
  name,
  steps: [set('a', 1), approval('ask', { message: 'Go?' }), sampling('say', 'hi'), set('z', 2)],
});

/** Starts a run that asks; reads its events on many connections, and says yes when all of them know that it asks. */
async function readByMany(name: string): Promise<{ run: string; all: ReadEvents[] }> {
  const { weir } = scene;
  const run = await startRun(weir, (await storeWorkflow(weir, asked(name))).id);
  const waiting = Array.from({ length: READERS }, () => Promise.withResolvers<void>());
  const reading = waiting.map(({ resolve }) =>
    readExecutionEvents(weir, run, {
      seen: (events) => {
        if (toldBy(events).includes('ask waiting')) resolve();
      },
    }),
  );
  await Promise.all(waiting.map(({ promise }) => promise));
  await approveNext(weir, run);
  return { run, all: await Promise.all(reading) };
}

describe('events of runs with two workers', () => {
  test('are the same on every thread, up to the end and with its cost', async () => {
    const { all } = await readByMany('many');
    for (const { status, events, isBroken } of all) {
      expect([status, isBroken]).toEqual([200, false]);
      const told = toldBy(events);
      expect(told).toEqual(expect.arrayContaining(['a completed', 'ask waiting', 'say completed', 'z completed']));
      const last = events.at(-1)?.data.execution;
      expect(last?.status).toBe('completed');
      expect(last?.cost_usd).toBeGreaterThan(0);
      const ids = events.map(({ id }) => Number(id));
      expect(ids).toEqual([...new Set(ids)].sort((left, right) => left - right));
    }
    expect(new Set(all.map(({ events }) => events.at(-1)?.id)).size).toBe(1);
  });

  test('go on behind the last one that was seen on any thread, and are over when that was the end', async () => {
    const { run, all } = await readByMany('resumed');
    const { events = [] } = all[0] ?? {};
    const middle = events.find(({ data }) => toldBy([{ id: '', data }]).includes('ask waiting'));
    const again = () => readExecutionEvents(scene.weir, run, { after: middle?.id ?? '' });
    const rest = await Promise.all(Array.from({ length: READERS }, again));
    for (const { events: later } of rest) {
      expect(toldBy(later)).toContain('z completed');
      expect(toldBy(later)).not.toContain('a completed');
      expect(later.every(({ id }) => Number(id) > Number(middle?.id))).toBe(true);
    }
    const end = events.at(-1)?.id ?? '';
    expect(await readExecutionEvents(scene.weir, run, { after: end })).toMatchObject({ status: 204, events: [] });
  });

  test('a start is taken by any thread and is over within seconds', async () => {
    const { id } = await storeWorkflow(scene.weir, { name: 'short', steps: [set('a', 1)] });
    const start = () => scene.weir.api(`POST /api/workflows/${id}/execute?wait=10`, {}, ALONE);
    const all = await Promise.all(Array.from({ length: READERS }, start));
    expect(all.map(({ json }) => json.status)).toEqual(all.map(() => 'completed'));
  });

  test('break at kill -9 and go on after the restart: nothing is told twice, nothing is missing', async () => {
    const { weir } = scene;
    const run = await startRun(weir, (await storeWorkflow(weir, asked('killed'))).id);
    const { promise: waits, resolve } = Promise.withResolvers<void>();
    const before = readExecutionEvents(weir, run, {
      seen: (events) => {
        if (toldBy(events).includes('ask waiting')) resolve();
      },
    });
    await waits;
    await weir.kill9();
    const { events, isBroken } = await before;
    expect(isBroken).toBe(true);
    await scene.restart();
    const after = readExecutionEvents(scene.weir, run, { after: events.at(-1)?.id ?? '' });
    await approveNext(scene.weir, run);
    const told = toldBy((await after).events);
    expect(told).toContain('z completed');
    expect(told).not.toContain('a completed');
  }, 60_000);

  test('do not hold up the end of the server', async () => {
    const run = await startRun(scene.weir, (await storeWorkflow(scene.weir, asked('open'))).id);
    const { promise: waits, resolve } = Promise.withResolvers<void>();
    const readers = Array.from({ length: READERS }, () =>
      readExecutionEvents(scene.weir, run, { seen: () => resolve() }),
    );
    await waits;
    const startedMono = performance.now();
    await scene.weir.stop();
    expect(performance.now() - startedMono).toBeLessThan(8000);
    await Promise.all(readers);
    await scene.restart();
  }, 60_000);
});
