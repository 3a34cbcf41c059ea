import { rmSync } from 'node:fs';
import type { Fault } from '../../server/src/simulator/faults/fault.ts';
import { pause } from '../../server/src/simulator/pacing.ts';
import { LoadClient, Verdict } from '../chaos/support/load.ts';
import { Scene } from '../chaos/support/scene.ts';
import { type Campaign, seeded } from './campaign.ts';

const TRANSIENT: readonly Fault[] = [
  { kind: 'status', code: 500 },
  { kind: 'status', code: 503 },
  { kind: 'status', code: 429, retry_after: 1 },
  { kind: 'overloaded' },
  { kind: 'reset_before_headers' },
  { kind: 'html_200' },
];
const SHARE = 0.2;
/** Six calls a second: the floor of a hundred retries a minute covers what they need. */
const GAP_MS = 166;
const NEVER = new AbortController().signal;

const transient: Campaign = {
  name: 'transient',
  describe:
    'a fifth of the attempts on one route fails and would pass: at least 95% of calls succeed, all are recorded',
  n: 1000,
  async run({ n, seed }) {
    const random = seeded(seed);
    const scene = await Scene.start({
      simulator: { seed, latency: { firstTokenMs: 20, interTokenMs: 0 } },
      // Retries, budget and breaker as they are without any configuration.
      config: { retry: {}, breaker: {}, timeouts: {} },
    });
    // One rule after the other gets its chance, so each has its part of the fifth.
    TRANSIENT.forEach((fault, at) => {
      const part = SHARE / TRANSIENT.length;
      scene.simulator.faults.add({ match: { model: 'gpt-4o-mini' }, fault, probability: part / (1 - at * part) });
    });
    const client = new LoadClient(scene.weir);
    let whole = 0;
    let attempts = 0;
    const running: Promise<void>[] = [];
    const one = async () => {
      const ending = await client.call({ wire: 'openai', model: 'openai/gpt-4o-mini', stream: random() < 0.5 });
      if (ending.isWhole) whole++;
      attempts += ending.attempts;
    };
    try {
      for (let call = 0; call < n; call++) {
        running.push(one());
        await pause(GAP_MS, NEVER);
      }
      await Promise.all(running);
      const verdict = new Verdict();
      const records = await scene.records();
      verdict.figure('success', whole / n);
      verdict.figure('tries per call', attempts / n);
      verdict.figure('recorded', records.length / n);
      verdict.must(whole >= 0.95 * n, `only ${whole} of ${n} succeeded`);
      verdict.must(records.length === n, `${n} calls have ${records.length} records`);
      return verdict.result(n);
    } finally {
      client.close();
      await scene.close();
      rmSync(scene.weir.dataDir, { recursive: true, force: true });
    }
  },
};

export default transient;
