import { rmSync } from 'node:fs';
import { inParallel, LoadClient, Verdict } from '../chaos/support/load.ts';
import { Scene } from '../chaos/support/scene.ts';
import type { Campaign } from './campaign.ts';

const flapping: Campaign = {
  name: 'flapping',
  describe: 'half of the first route fails, the second is good: at least 99% succeed with at most 1.2 tries per call',
  n: 10_000,
  async run({ n, seed }) {
    const scene = await Scene.start({
      simulator: { seed, latency: { firstTokenMs: 5, interTokenMs: 0 } },
      routes: { flapping: { targets: ['openai/flaps', 'backup/steady'] } },
      config: { retry: { base_delay_ms: 20, max_delay_ms: 100 } },
    });
    scene.simulator.faults.add({ match: { model: 'flaps' }, fault: { kind: 'flaky', probability: 0.5 } });
    const client = new LoadClient(scene.weir);
    let whole = 0;
    let attempts = 0;
    try {
      await inParallel(n, 16, async (at) => {
        const ending = await client.call({ wire: 'openai', model: 'flapping', stream: at % 2 === 0 });
        if (ending.isWhole) whole++;
        attempts += ending.attempts;
      });
      const verdict = new Verdict();
      verdict.figure('success', whole / n);
      verdict.figure('tries per call', attempts / n);
      verdict.must(whole >= 0.99 * n, `only ${whole} of ${n} succeeded`);
      verdict.must(attempts <= 1.2 * n, `${attempts} tries for ${n} calls`);
      const { length } = await scene.records();
      verdict.must(length === n, `${n} calls have ${length} records`);
      return verdict.result(n);
    } finally {
      client.close();
      await scene.close();
      rmSync(scene.weir.dataDir, { recursive: true, force: true });
    }
  },
};

export default flapping;
