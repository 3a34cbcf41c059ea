import type { Page } from 'playwright-core';

/** Longest time in which no new row comes to sight before the list counts as stuck, in milliseconds. */
const STUCK_MS = 60_000;

/**
 * Scrolls the list of requests from its first row to the last one there is, one step per frame, reading on as a person would
 * cause it. `steps` are shares of the window's height, used in turns. Gives the ids of the calls in the order in which they
 * were drawn.
 */
export function scrollToEnd(page: Page, steps: readonly number[]): Promise<string[]> {
  return page.evaluate(`(${SCROLL})(${JSON.stringify(steps)}, ${STUCK_MS})`);
}

const SCROLL = `(steps, stuckMs) => new Promise((resolve, reject) => {
  const frame = document.querySelector('main section[data-long=true]');
  const isRead = () => !document.querySelector('main').textContent.includes('+ calls');
  const height = frame.clientHeight;
  const drawn = [];
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
    if (frame.scrollTop === from && isRead()) resolve(drawn);
    else if (performance.now() - lastAtMs > stuckMs) reject(new Error('no further row after ' + drawn.length));
    else requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})`;
