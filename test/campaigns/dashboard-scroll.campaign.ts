import { rmSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import type { UsageRecord } from '../../server/src/kernel/usage-record.ts';
import { Verdict } from '../chaos/support/load.ts';
import { settled } from '../contracts/ledger-records.ts';
import { plantHistory } from '../dashboard/incidents/plant-history.ts';
import { type PageTask, pageTasks } from '../dashboard/support/page-tasks.ts';
import { drawnCalls, scrollToEnd } from '../dashboard/support/scroll.ts';
import { Stand } from '../dashboard/support/stand.ts';
import { type Campaign, seeded } from './campaign.ts';

const LONGEST_TASK_MS = 50;
/** Where more wants to run than can, caches are cold and the same frame now and then takes five times the processor time. */
const MOST_LONG_WHEN_BUSY = 1 / 500;
/** What a server and a browser add to the load of the machine. */
const OWN_LOAD = 2;
/** Shares of the window's height by which it scrolls in turns; at most all of it, so that every row comes to sight. */
const STEPS = 100;
/** A provider that takes a second: a call comes each second while somebody scrolls. */
const CALL_MS = 1000;

const dashboardScroll: Campaign = {
  name: 'dashboard-scroll',
  describe:
    'a scroll in Chromium through as many calls as tries, while new ones come: every row is drawn, in its order, and no task of the page takes more than 50 ms of processor time (on a busy machine: one in 500)',
  n: 100_000,
  needs: 'chromium',
  async run({ n, seed }) {
    const stand = await Stand.start({
      simulator: { seed, latency: { firstTokenMs: CALL_MS, interTokenMs: 0 } },
      config: { timeouts: {} },
    });
    try {
      const random = seeded(seed);
      const lastMs = Date.now() - 60_000;
      const records = Array.from({ length: n }, (_, at) => randomCall(random, { at, lastMs }));
      await plantHistory(stand.scene, records);
      const verdict = new Verdict();
      const { drawn, came, tasks, tookMs } = await scrollWhileCallsCome(stand, { n, random });
      const wanted = new Set(records.map(({ request_id }) => request_id));
      const seen = drawn.filter((id) => wanted.has(id));
      records.forEach(({ request_id }, at) => {
        verdict.must(seen[at] === request_id, `row ${at} is ${seen[at] ?? 'not drawn'}, not ${request_id}`);
      });
      judgeTasks(verdict, tasks);
      verdict.figure('calls that came meanwhile', came);
      verdict.figure('seconds', tookMs / 1000);
      return verdict.result(n);
    } finally {
      await stand.close();
      rmSync(stand.scene.weir.dataDir, { recursive: true, force: true });
    }
  },
};

export default dashboardScroll;

interface Scrolled {
  readonly drawn: readonly string[];
  /** Calls that settled during the scroll. */
  readonly came: number;
  readonly tasks: readonly PageTask[];
  readonly tookMs: number;
}

async function scrollWhileCallsCome(
  stand: Stand,
  { n, random }: { n: number; random: () => number },
): Promise<Scrolled> {
  const visitor = await stand.person();
  await visitor.open('/requests');
  await visitor.page.locator('tbody a').first().waitFor();
  const steps = Array.from({ length: STEPS }, () => 0.5 + random() / 2);
  const startedMono = performance.now();
  let isOver = false;
  let came = 0;
  const tasks = await pageTasks(stand.browser, async () => {
    const scroll = async () => {
      await scrollToEnd(visitor.page, steps);
      isOver = true;
    };
    const calls = async () => {
      while (!isOver) {
        await stand.scene.chat({ model: 'openai/gpt-4o-mini' });
        came++;
      }
    };
    await Promise.all([scroll(), calls()]);
  });
  const tookMs = performance.now() - startedMono;
  // All that were there and all that came, below the names of the columns.
  await visitor.page.locator(`table[aria-rowcount="${n + came + 1}"]`).waitFor();
  return { drawn: await drawnCalls(visitor.page), came, tasks, tookMs };
}

function judgeTasks(verdict: Verdict, tasks: readonly PageTask[]): void {
  const cpu = tasks.map(({ cpuMs }) => cpuMs).toSorted((a, b) => b - a);
  const long = cpu.filter((ms) => ms > LONGEST_TASK_MS);
  const isBusy = (loadavg()[0] ?? 0) > availableParallelism() + OWN_LOAD;
  const mayBeLong = isBusy ? Math.floor(tasks.length * MOST_LONG_WHEN_BUSY) : 0;
  for (const ms of long.slice(mayBeLong))
    verdict.must(false, `a task of the page took ${ms.toFixed(1)} ms of processor time`);
  verdict.figure('the machine is', isBusy ? 'busy' : 'quiet');
  verdict.figure('tasks over 50 ms of processor time', long.length);
  verdict.figure('tasks of the page', tasks.length);
  verdict.figure('longest tasks, ms of processor time', cpu.slice(0, 5).map(Math.round).join(', '));
  verdict.figure(
    'longest task by the clock, ms',
    tasks.reduce((most, { wallMs }) => Math.max(most, wallMs), 0),
  );
}

/** Answered at once, after tries, from the cache or not at all; each call a second before the one that was made last. */
function randomCall(random: () => number, { at, lastMs }: { at: number; lastMs: number }): UsageRecord {
  const isGood = random() < 0.9;
  const model = MODELS[Math.floor(random() * MODELS.length)] ?? '';
  return settled(`req_planted_${at}`, {
    project_id: 'default',
    timestamp: lastMs - at * 1000,
    model,
    model_requested: model,
    response_time_ms: Math.round(random() * 100_000) / 10,
    cost_nano_usd: Math.floor(random() ** 4 * 1e9),
    ...(isGood ? { cache: random() < 0.2 ? 'hit' : 'miss' } : { success: false, status: 503, ...FAILURE }),
  });
}

const MODELS = ['gpt-4o-mini', 'gpt-4o', 'o4-mini', 'gpt-4.1'];
const FAILURE: Partial<UsageRecord> = { error_code: 'upstream.unavailable', error: 'The provider is not available.' };
