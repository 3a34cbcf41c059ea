import type { Stand } from './stand.ts';

/** Milliseconds from asking for home to its first contentful paint, once per try, for somebody who comes back. */
export async function firstPaintMs(stand: Stand, tries: number): Promise<number[]> {
  const visitor = await stand.person();
  const paints: number[] = [];
  for (let at = 0; at < tries; at++) {
    await visitor.open('/');
    paints.push(await visitor.page.evaluate<number>(FIRST_PAINT));
  }
  await visitor.leave();
  return paints;
}

const FIRST_PAINT = `performance.getEntriesByName('first-contentful-paint')[0].startTime`;

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
