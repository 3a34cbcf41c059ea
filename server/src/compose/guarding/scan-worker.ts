import { parentPort } from 'node:worker_threads';
import { BUILT_IN_DETECTORS } from '../../guardrails/registry.ts';
import { ScanRunner } from '../../guardrails/scan/run-scan-job.ts';
import type { ScanAnswer, ScanJob } from '../../guardrails/scan/scan-job.ts';

const runner = new ScanRunner({ detectors: BUILT_IN_DETECTORS, maxVerdicts: 8192 });

parentPort?.on('message', (job: ScanJob) => {
  parentPort?.postMessage(answer(job));
});

function answer(job: ScanJob): ScanAnswer {
  try {
    return runner.run(job);
  } catch {
    // Whoever asked decides what an unknown verdict means; the thread lives on.
    return undefined;
  }
}
