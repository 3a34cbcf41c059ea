import { rmSync } from 'node:fs';
import { footprint, MOST } from '../chaos/support/footprint.ts';
import { inParallel, LoadClient, quantile, Verdict } from '../chaos/support/load.ts';
import { Scene } from '../chaos/support/scene.ts';
import type { Campaign } from './campaign.ts';

const overhead: Campaign = {
  name: 'overhead',
  describe:
    'a provider that takes a second: what Weir adds stays under 50 ms for 99 of 100 calls, and under 5% of processor time and memory',
  n: 1000,
  async run({ n, seed }) {
    const scene = await Scene.start({
      simulator: { seed, latency: { firstTokenMs: 1000, interTokenMs: 0 } },
      config: { timeouts: {} },
    });
    const client = new LoadClient(scene.weir);
    try {
      await inParallel(Math.min(n, 50), 50, async () => {
        await client.call({ wire: 'openai', model: 'openai/gpt-4o-mini', stream: false });
      });
      const took: number[] = [];
      const ids = new Set<string>();
      const verdict = new Verdict();
      await inParallel(n, 50, async (at) => {
        const ending = await client.call({ wire: 'openai', model: 'openai/gpt-4o-mini', stream: at % 2 === 0 });
        verdict.must(ending.isWhole, `${ending.status} ${ending.text.slice(0, 200)}`);
        took.push(ending.tookMs);
        ids.add(ending.requestId);
      });
      const inside = (await scene.records())
        .filter(({ request_id }) => ids.has(request_id))
        .map(({ overhead_ms }) => overhead_ms);
      verdict.figure('time inside Weir, p50 ms', quantile(inside, 0.5));
      verdict.figure('time inside Weir, p99 ms', quantile(inside, 0.99));
      verdict.figure('time at the client beyond the second, p50 ms', quantile(took, 0.5) - 1000);
      verdict.figure('time at the client beyond the second, p99 ms', quantile(took, 0.99) - 1000);
      verdict.must(inside.length === n, `${n} calls have ${inside.length} records`);
      verdict.must(quantile(inside, 0.99) < 50, 'Weir adds 50 ms or more');
      if (n >= ENOUGH_FOR_SHARES) await judgeFootprint(verdict, { n, seed });
      return verdict.result(n);
    } finally {
      client.close();
      await scene.close();
      rmSync(scene.weir.dataDir, { recursive: true, force: true });
    }
  },
};

/** A run of fewer calls says nothing about a twentieth of the processor time. */
const ENOUGH_FOR_SHARES = 500;
/** A twentieth of the processor time is seen in blocks of some hundred calls. */
const CALLS_PER_TRY = 3;

async function judgeFootprint(verdict: Verdict, of: { n: number; seed: number }): Promise<void> {
  const { cpuRatio, cpuRatioAtLeast, memoryRatio, cpuMsPerCall, failed, problem } = await footprint({
    calls: CALLS_PER_TRY * of.n,
    seed: of.seed,
  });
  verdict.figure('processor time with retries, validation and tracking against without', cpuRatio);
  verdict.figure('the same at least, with a chance of error of 2%', cpuRatioAtLeast);
  verdict.figure('memory with them against without', memoryRatio);
  verdict.figure('processor time per call, ms', cpuMsPerCall);
  verdict.must(failed === 0, `${failed} calls failed: ${problem}`);
  verdict.must(cpuRatioAtLeast <= MOST, 'the features take 5% more processor time or more');
  verdict.must(memoryRatio <= MOST, 'the features take 5% more memory or more');
}

export default overhead;
