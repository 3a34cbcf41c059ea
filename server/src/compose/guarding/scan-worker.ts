import { getPriority, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { BUILT_IN_DETECTORS } from '../../guardrails/registry.ts';
import { ScanRunner } from '../../guardrails/scan/run-scan-job.ts';
import type { ScanAnswer, ScanJob, ScanReport } from '../../guardrails/scan/scan-job.ts';

/** As `nice` counts: the thread that answers calls goes first where both want the same core. */
const STEP_BACK = 5;
const LOWEST_PRIORITY = 19;

// Only Linux has priorities of threads; elsewhere this would be the whole process's.
if (process.platform === 'linux') setPriority(Math.min(getPriority() + STEP_BACK, LOWEST_PRIORITY));

const runner = new ScanRunner({ detectors: BUILT_IN_DETECTORS, maxVerdicts: 8192 });

/** Everything that the thread did belongs to some job, reading its message included. */
let charged = process.threadCpuUsage();

parentPort?.on('message', (job: ScanJob) => {
  const verdicts = answer(job);
  const used = process.threadCpuUsage();
  const tookMs = (used.user - charged.user + used.system - charged.system) / 1000;
  charged = used;
  parentPort?.postMessage({ answer: verdicts, tookMs } satisfies ScanReport);
});

function answer(job: ScanJob): ScanAnswer {
  try {
    return runner.run(job);
  } catch {
    // Whoever asked decides what an unknown verdict means; the thread lives on.
    return undefined;
  }
}
