import { parentPort } from 'node:worker_threads';
import { Miner } from './miner.ts';
import type { MiningAnswer, MiningJob } from './mining-job.ts';

const miners = new Map<string, Miner>();

parentPort?.on('message', (job: MiningJob) => {
  parentPort?.postMessage({ id: job.id, patterns: run(job) } satisfies MiningAnswer);
});

function run(job: MiningJob): MiningAnswer['patterns'] {
  if (job.kind === 'forget') {
    miners.delete(job.name);
    return undefined;
  }
  let miner = miners.get(job.name);
  if (miner === undefined) {
    miner = new Miner();
    miners.set(job.name, miner);
  }
  if (job.kind === 'mine') return miner.mine().patterns;
  for (const line of job.lines) miner.add(line);
  return undefined;
}
