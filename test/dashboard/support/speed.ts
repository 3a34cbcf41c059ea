import type { UsageRecord } from '../../../server/src/kernel/usage-record.ts';
import { settled } from '../../contracts/ledger-records.ts';
import { plantHistory } from '../incidents/plant-history.ts';
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

/** Writes so many calls of the last days into the ledger of a server, which is started again for it. */
export async function plantCalls(stand: Stand, count: number): Promise<void> {
  const lastMs = Date.now() - 60_000;
  const records = Array.from(
    { length: count },
    (_, at): UsageRecord => settled(`req_planted_${at}`, { project_id: 'default', timestamp: lastMs - at * 1000 }),
  );
  await plantHistory(stand.scene, records);
}

export interface Scroll {
  /** Rows that were read and passed. */
  readonly rows: number;
  /** The longest task of the page while it scrolled, in milliseconds of processor time: what a machine that does nothing else takes. */
  readonly longestTaskMs: number;
}

/** Scrolls the list of requests from its first row to the last one there is, reading on as a person would cause it. */
export async function scrollRequests(stand: Stand): Promise<Scroll> {
  const visitor = await stand.person();
  await visitor.open('/requests');
  await visitor.page.locator('tbody a').first().waitFor();
  await stand.browser.startTracing(visitor.page, { categories: ['disabled-by-default-devtools.timeline', 'toplevel'] });
  const rows = await visitor.page.evaluate<number>(SCROLL_TO_END);
  const trace = await stand.browser.stopTracing();
  await visitor.leave();
  return { rows, longestTaskMs: longestTaskMs(trace) };
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of processor time. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Among the tasks of pages' main threads. */
function longestTaskMs(trace: Buffer): number {
  const { traceEvents } = JSON.parse(trace.toString('utf8')) as { traceEvents: readonly TraceEvent[] };
  const mains = traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain');
  const isMain = ({ pid, tid }: TraceEvent) => mains.some((main) => main.pid === pid && main.tid === tid);
  const tasks = traceEvents.filter((event) => /RunTask$/.test(event.name) && event.tdur !== undefined && isMain(event));
  if (tasks.length === 0) throw new Error('the trace has no tasks of the page');
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
}

/** A window's height per frame, until the list has no more to read. */
const SCROLL_TO_END = `new Promise((resolve) => {
  const frame = document.querySelector('main section[data-long=true]');
  const isRead = () => !document.querySelector('main').textContent.includes('+ calls');
  const step = () => {
    frame.scrollTop += frame.clientHeight;
    const isAtEnd = frame.scrollTop + frame.clientHeight >= frame.scrollHeight - 1;
    if (isAtEnd && isRead()) resolve(Number(frame.querySelector('table').getAttribute('aria-rowcount')) - 1);
    else requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})`;
