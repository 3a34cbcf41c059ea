import type { Browser, CDPSession } from 'playwright-core';

/** One task of a page's main thread, in milliseconds. */
export interface PageTask {
  /** By the clock; what else the machine does is in it. */
  readonly wallMs: number;
  /** Of the processor, what the page itself takes; never more than `wallMs`, where the clock of a thread jumps. */
  readonly cpuMs: number;
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds by the clock, and of processor time. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

const TASKS_ONLY = {
  // Not a ring, which would forget how it began.
  recordMode: 'recordAsMuchAsPossible' as const,
  includedCategories: ['toplevel'],
  excludedCategories: ['*'],
};

/** Notes every task of the pages' main threads while `during` runs. */
export async function pageTasks(browser: Browser, during: () => Promise<void>): Promise<PageTask[]> {
  const session = await browser.newBrowserCDPSession();
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => void events.push(...(value as unknown as TraceEvent[])));
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: TASKS_ONLY });
  await during();
  await end(session);
  await session.detach();
  return tasksIn(events);
}

async function end(session: CDPSession): Promise<void> {
  const complete = new Promise<{ dataLossOccurred: boolean }>((resolve) => {
    session.once('Tracing.tracingComplete', resolve);
  });
  await session.send('Tracing.end');
  if ((await complete).dataLossOccurred) throw new Error('the trace was too long to be kept whole');
}

function tasksIn(events: readonly TraceEvent[]): PageTask[] {
  const mains = events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain');
  const isMain = ({ pid, tid }: TraceEvent) => mains.some((main) => main.pid === pid && main.tid === tid);
  const tasks = events.flatMap((event) => {
    const { name, dur, tdur } = event;
    if (!/RunTask$/.test(name) || dur === undefined || tdur === undefined || !isMain(event)) return [];
    return [{ wallMs: dur / 1000, cpuMs: Math.min(dur, tdur) / 1000 }];
  });
  if (tasks.length === 0) throw new Error('the trace has no tasks of the page');
  return tasks;
}
