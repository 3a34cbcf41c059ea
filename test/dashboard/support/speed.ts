import type { Visitor } from './browser.ts';
import type { Stand } from './stand.ts';

/** Milliseconds from asking for a page to its first contentful paint, once per visitor: none of them has it in a cache. */
export async function firstPaintMs(come: () => Promise<Visitor>, tries: number): Promise<number[]> {
  const paints: number[] = [];
  for (let at = 0; at < tries; at++) {
    const visitor = await come();
    paints.push(await visitor.page.evaluate<number>(FIRST_PAINT));
    await visitor.leave();
  }
  return paints;
}

const FIRST_PAINT = `new Promise((resolve) => {
  const seen = (list) => {
    for (const paint of list.getEntriesByName('first-contentful-paint')) resolve(paint.startTime);
  };
  new PerformanceObserver(seen).observe({ type: 'paint', buffered: true });
})`;

/** Milliseconds from the last byte of a call's reply until home shows the call. */
export async function liveLagsMs(stand: Stand, calls: number): Promise<number[]> {
  const visitor = await stand.person();
  await visitor.settle();
  await visitor.page.evaluate(WATCH_ROWS);
  const lags: number[] = [];
  for (let at = 0; at < calls; at++) {
    const { requestId } = await stand.scene.chat({ model: 'openai/gpt-4o-mini', prompt: `call ${at}` });
    const endedAtMs = Date.now();
    await visitor.page.locator(`tbody a[href="/requests/${requestId}"]`).waitFor();
    const shownAtMs = await visitor.page.evaluate<number>(`globalThis.shownAt['/requests/${requestId}']`);
    lags.push(shownAtMs - endedAtMs);
  }
  await visitor.leave();
  return lags;
}

/** Writes down when a link of a table first appeared, by the clock that the test reads too. */
const WATCH_ROWS = `(() => {
  globalThis.shownAt = {};
  const look = () => {
    for (const link of document.querySelectorAll('tbody a')) globalThis.shownAt[link.getAttribute('href')] ??= Date.now();
  };
  new MutationObserver(look).observe(document.querySelector('main'), { subtree: true, childList: true, attributes: true });
})()`;
