import { rmSync } from 'node:fs';
import { LoadClient, quantile, Verdict } from '../chaos/support/load.ts';
import { Scene } from '../chaos/support/scene.ts';
import type { Campaign } from './campaign.ts';

const PROMPTS = 20;
const WARM_UP = 400;
const FULL_RUN = 1000;

const cacheHits: Campaign = {
  name: 'cache-hits',
  describe:
    'the same requests again and again: half of the hits are with the client in under 1 ms, and none reaches a provider',
  n: 4000,
  async run({ n, seed }) {
    const scene = await Scene.start({
      simulator: { seed, latency: { firstTokenMs: 0, interTokenMs: 0 } },
      config: { cache: { exact: { enabled: true } } },
    });
    const client = new LoadClient(scene.weir);
    const verdict = new Verdict();
    const ask = (at: number, stream: boolean) =>
      client.call({
        wire: at % 2 === 0 ? 'openai' : 'anthropic',
        model: at % 2 === 0 ? 'openai/gpt-4o-mini' : 'anthropic/claude-sonnet-5',
        stream,
        prompt: `prompt ${at % PROMPTS} of ${seed}`,
      });
    try {
      for (let at = 0; at < PROMPTS; at++) await ask(at, false);
      for (let at = 0; at < WARM_UP; at++) await ask(at, at % 3 === 0);
      const sent = scene.simulator.journal.entries.length;
      const took = { whole: [] as number[], stream: [] as number[] };
      const inside: number[] = [];
      for (let at = 0; at < n; at++) {
        const stream = at % 4 === 0;
        const ending = await ask(at, stream);
        verdict.must(ending.isWhole, `${ending.status} ${ending.text.slice(0, 200)}`);
        verdict.must(ending.attempts === 0, 'a hit made an attempt');
        took[stream ? 'stream' : 'whole'].push(ending.tookMs);
        if (!stream) inside.push(ending.overheadMs);
      }
      verdict.figure('hit at the client, whole, p50 ms', quantile(took.whole, 0.5));
      verdict.figure('hit at the client, whole, p99 ms', quantile(took.whole, 0.99));
      verdict.figure('hit at the client, stream, p50 ms', quantile(took.stream, 0.5));
      verdict.figure('time inside Weir, whole, p50 ms', quantile(inside, 0.5));
      verdict.must(quantile(inside, 0.5) < 1, 'half of the hits take Weir 1 ms or more');
      // A short run shares its machine with other tests.
      const limitMs = n >= FULL_RUN ? 1 : 10;
      verdict.must(quantile(took.whole, 0.5) < limitMs, `half of the hits take ${limitMs} ms or more at the client`);
      verdict.must(scene.simulator.journal.entries.length === sent, 'a hit reached a provider');
      return verdict.result(n);
    } finally {
      client.close();
      await scene.close();
      rmSync(scene.weir.dataDir, { recursive: true, force: true });
    }
  },
};

export default cacheHits;
