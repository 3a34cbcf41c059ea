import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openSqliteStorage } from '../server/src/storage/sqlite/open-storage.ts';
import { systemClock } from '../test/contracts/system-clock.ts';
import { BY, engineStand, type Stand, tool } from '../test/workflows/engine-stand.ts';

/**
 * What the engine costs on SQLite with synchronous FULL: CPU per durable step that does nothing, the time of a run of 20 of
 * them, and 10,000 runs that wait. Usage: npm run bench:workflows -- [--runs N] [--parked N] [--seconds N]
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    parked: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '60' },
  },
});
const RUNS = Number(values.runs);
const PARKED = Number(values.parked);
const IDLE_MS = Number(values.seconds) * 1000;
const STEPS = 20;

const directory = mkdtempSync(join(tmpdir(), 'bench-workflows-'));
const open = () => openSqliteStorage({ file: join(directory, 'weir.db'), clock: systemClock });
try {
  for (const [what, value, goal] of await measure()) console.log(`${what.padEnd(72)}${value.padStart(10)}   ${goal}`);
} finally {
  rmSync(directory, { recursive: true });
}

async function measure(): Promise<[what: string, value: string, goal: string][]> {
  let storage = await open();
  let stand = engineStand({ storage, maxRunning: 20 });
  await stand.engine.start();
  const noop = { name: 'noop', steps: Array.from({ length: STEPS }, (_, at) => tool(`s${at}`)) };
  const { id } = await stand.workflows.create(BY, noop);
  await runMany(stand, id, { runs: 50, atOnce: 1 });

  const alone = await runMany(stand, id, { runs: RUNS, atOnce: 1 });
  const together = await runMany(stand, id, { runs: RUNS, atOnce: 20 });

  const waiting = await stand.workflows.create(BY, {
    name: 'waits',
    steps: [{ name: 'ask', type: 'approval', config: { message: '?' } }],
  });
  await parkMany(stand, waiting.id);
  const before = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  const { user, system } = process.cpuUsage(before);
  const idleShare = (user + system) / 1000 / IDLE_MS;

  const [item] = await stand.workflows.inbox.list({ projectId: BY.projectId, status: 'open', limit: 1 });
  await stand.engine.stop(0);
  await storage.close();
  const restartMono = performance.now();
  storage = await open();
  stand = engineStand({ storage });
  await stand.engine.start();
  await stand.workflows.inbox.decide(BY, item?.id ?? '', { decision: 'approve' }).catch(() => undefined);
  const recoveryMs = await untilOver(stand, item?.execution_id ?? '').then(() => performance.now() - restartMono);
  await stand.engine.stop(0);
  await storage.close();
  return [
    ['CPU per no-op step, one run at a time', `${alone.cpuMicros.toFixed(0)} us`, '<= 250 us'],
    ['CPU per no-op step, 20 runs at once', `${together.cpuMicros.toFixed(0)} us`, ''],
    [`run of ${STEPS} no-op steps, median`, `${alone.medianMs.toFixed(1)} ms`, '<= 50 ms'],
    [`${PARKED} parked runs: CPU share over ${IDLE_MS / 1000} s`, `${(idleShare * 100).toFixed(2)} %`, '< 1 %'],
    [
      `${PARKED} parked runs: from a start to the end of one that is approved`,
      `${recoveryMs.toFixed(0)} ms`,
      '< 5000 ms',
    ],
  ];
}

async function runMany(
  stand: Stand,
  workflowId: string,
  of: { runs: number; atOnce: number },
): Promise<{ cpuMicros: number; medianMs: number }> {
  const times: number[] = [];
  let left = of.runs;
  const before = process.cpuUsage();
  await Promise.all(
    Array.from({ length: of.atOnce }, async () => {
      while (left-- > 0) {
        const startedMono = performance.now();
        const { id } = await stand.workflows.execute(BY, { workflowId, trigger: 'api' });
        await ended(stand, id);
        times.push(performance.now() - startedMono);
      }
    }),
  );
  const { user, system } = process.cpuUsage(before);
  times.sort((a, b) => a - b);
  return { cpuMicros: (user + system) / (of.runs * STEPS), medianMs: times[Math.floor(times.length / 2)] ?? 0 };
}

/** Resolves with the last commit of a run; nothing is read before it can be that. */
function ended(stand: Stand, id: string): Promise<void> {
  return new Promise((resolve) => {
    let commits = 0;
    const stop = stand.engine.onChange(id, async () => {
      commits++;
      if (commits < STEPS || (await stand.storage.workflows.runs.get(BY.projectId, id))?.ended_at == null) return;
      stop();
      resolve();
    });
  });
}

async function parkMany(stand: Stand, workflowId: string): Promise<void> {
  for (let done = 0; done < PARKED; done += 100) {
    await Promise.all(Array.from({ length: 100 }, () => stand.workflows.execute(BY, { workflowId, trigger: 'api' })));
  }
  while ((await stand.workflows.inbox.openCount(BY.projectId)) < PARKED || stand.engine.running > 0) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function untilOver(stand: Stand, id: string): Promise<void> {
  while ((await stand.workflows.execution(BY.projectId, id)).ended_at === null) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
