import type { Page } from 'playwright-core';

/** Longest time in which no new row comes to sight before the list counts as stuck, in milliseconds. */
const STUCK_MS = 60_000;

/**
 * Scrolls the list of requests from its first row to the last one there is, one step per frame, reading on as a person would
 * cause it. `steps` are shares of the window's height, used in turns. What was drawn stays in the page: to tell of a hundred
 * thousand rows is a task of its own.
 */
export async function scrollToEnd(page: Page, steps: readonly number[]): Promise<void> {
  await page.evaluate(`(${SCROLL})(${JSON.stringify(steps)}, ${STUCK_MS})`);
}

/** The ids of the calls in the order in which `scrollToEnd` saw them drawn. */
export function drawnCalls(page: Page): Promise<string[]> {
  return page.evaluate('globalThis.drawnCalls');
}

const SCROLL = `(steps, stuckMs) => new Promise((resolve, reject) => {
  const frame = document.querySelector('main section[data-long=true]');
  const isRead = () => !document.querySelector('main').textContent.includes('+ calls');
  const height = frame.clientHeight;
  const drawn = (globalThis.drawnCalls = []);
  let lastAtMs = performance.now();
  let at = 0;
  const look = () => {
    const ids = [...frame.querySelectorAll('tbody a')].map((link) => link.getAttribute('href').split('/').at(-1));
    // While a call comes on top, what is drawn may be a row or two behind for a frame.
    const recent = drawn.slice(-100);
    const more = ids.filter((id) => !recent.includes(id));
    if (more.length > 0) lastAtMs = performance.now();
    drawn.push(...more);
  };
  const step = () => {
    look();
    const from = frame.scrollTop;
    frame.scrollTop = from + height * steps[at++ % steps.length];
    if (frame.scrollTop === from && isRead()) resolve();
    else if (performance.now() - lastAtMs > stuckMs) reject(new Error('no further row after ' + drawn.length));
    else requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})`;
