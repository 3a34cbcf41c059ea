import { rmSync } from 'node:fs';
import { pause } from '../../server/src/simulator/pacing.ts';
import { type Ending, inParallel, LoadClient, quantile, Verdict } from '../chaos/support/load.ts';
import { Scene } from '../chaos/support/scene.ts';
import type { Campaign } from './campaign.ts';

const OPEN_MS = 1000;
const NEVER = new AbortController().signal;

const outage: Campaign = {
  name: 'outage',
  describe: 'full outage of one route and of all: at most 1.2 tries per call, fast refusals, one probe to recover',
  n: 20_000,
  async run({ n, seed }) {
    const scene = await Scene.start({
      simulator: { seed, latency: { firstTokenMs: 1, interTokenMs: 0 } },
      routes: {
        all: { targets: ['openai/down-1', 'backup/down-2'] },
        rehearsal: { targets: ['openai/down-3', 'backup/down-4'] },
      },
      config: {
        retry: { base_delay_ms: 20, max_delay_ms: 100 },
        breaker: { open_ms: OPEN_MS, max_open_ms: 2 * OPEN_MS },
      },
    });
    for (const model of ['down', 'down-1', 'down-2', 'down-3', 'down-4'])
      scene.simulator.faults.add({ match: { model }, fault: { kind: 'status', code: 503 }, times: 'always' });
    const client = new LoadClient(scene.weir);
    const verdict = new Verdict();
    const calls = Math.ceil(n / 2);
    try {
      // The first calls of a process run code that was never run before; they are not what is measured.
      await load(client, 'openai/up', 200);
      await load(client, 'rehearsal', 300);
      judge(verdict, 'one route', await load(client, 'openai/down', calls));
      judge(verdict, 'all routes', await load(client, 'all', n - calls));
      await recover(verdict, scene, client);
      const { length } = await scene.records();
      verdict.must(length >= n, `${n} calls have ${length} records`);
      return verdict.result(n);
    } finally {
      client.close();
      await scene.close();
      rmSync(scene.weir.dataDir, { recursive: true, force: true });
    }
  },
};

export default outage;

async function load(client: LoadClient, model: string, count: number): Promise<Ending[]> {
  const endings: Ending[] = [];
  await inParallel(count, 8, async (at) => {
    endings.push(await client.call({ wire: 'openai', model, stream: at % 2 === 0 }));
  });
  return endings;
}

function judge(verdict: Verdict, what: string, endings: readonly Ending[]): void {
  const attempts = endings.reduce((sum, ending) => sum + ending.attempts, 0);
  const fast = endings.filter((ending) => ending.attempts === 0);
  const overheads = fast.map(({ overheadMs }) => overheadMs);
  verdict.figure(`${what}: tries per call`, attempts / endings.length);
  verdict.figure(`${what}: refused without a try`, `${fast.length} of ${endings.length}`);
  verdict.figure(`${what}: time inside Weir of those, p99 ms`, quantile(overheads, 0.99));
  verdict.figure(
    `${what}: time at the client of those, p99 ms`,
    quantile(
      fast.map(({ tookMs }) => tookMs),
      0.99,
    ),
  );
  for (const { isClearError, status, text } of endings)
    verdict.must(isClearError && status === 503, `${what}: ${status} ${text.slice(0, 200)}`);
  verdict.must(attempts <= 1.2 * endings.length, `${what}: ${attempts} tries for ${endings.length} calls`);
  verdict.must(fast.length > 0 && quantile(overheads, 0.99) < 10, `${what}: refusals are slow`);
}

/** After the outage the first probe, at most one rest later, succeeds. */
async function recover(verdict: Verdict, scene: Scene, client: LoadClient): Promise<void> {
  scene.simulator.faults.clear();
  const upAgain = performance.now();
  for (let polls = 0; polls < 200; polls++) {
    const { isWhole } = await client.call({ wire: 'openai', model: 'openai/down', stream: false });
    if (isWhole) break;
    await pause(20, NEVER);
  }
  const tookMs = performance.now() - upAgain;
  verdict.figure('recovered after, ms', tookMs);
  verdict.must(tookMs <= 2 * OPEN_MS + 200, `recovered only after ${tookMs} ms`);
}
