import { afterAll, beforeAll, expect, test } from 'vitest';
import { requires } from '../support/optional.ts';
import { firstPaintMs, liveLagsMs, plantCalls, scrollRequests } from './support/speed.ts';
import { Stand } from './support/stand.ts';

const FIRST_PAINT_MS = 1000;
const LIVE_LAG_MS = 300;
const LONGEST_TASK_MS = 50;
const PLANTED_CALLS = 2000;

requires('chromium')('the dashboard', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await Stand.start();
    await stand.scene.chat({ model: 'openai/gpt-4o-mini' });
  });
  afterAll(() => stand.close());

  // A machine that does other things too is slow now and then; the best of a few says what the page itself takes.
  test('paints within a second', async () => {
    const paints = await firstPaintMs(stand, 5);
    console.log(`first paint of home: ${paints.map(Math.round).join(', ')} ms`);
    expect(Math.min(...paints)).toBeLessThanOrEqual(FIRST_PAINT_MS);
  }, 60_000);

  test('shows a call within 300 ms of its end', async () => {
    const lags = (await liveLagsMs(stand, 10)).toSorted((a, b) => a - b);
    console.log(`live lag: ${lags.map(Math.round).join(', ')} ms`);
    expect(lags[Math.floor(lags.length / 2)]).toBeLessThanOrEqual(LIVE_LAG_MS);
  }, 60_000);

  // Fewer rows than there may be: only those in sight are drawn, so that each further page is one more of the same.
  test('scrolls through thousands of requests with no task of the page longer than 50 ms', async () => {
    await plantCalls(stand, PLANTED_CALLS);
    const { rows, longestTaskMs } = await scrollRequests(stand);
    console.log(`scroll through ${rows} requests: longest task ${longestTaskMs.toFixed(0)} ms of processor time`);
    expect(rows).toBeGreaterThanOrEqual(PLANTED_CALLS);
    expect(longestTaskMs).toBeLessThanOrEqual(LONGEST_TASK_MS);
  }, 180_000);
});
