import { parentPort } from 'node:worker_threads';
import type { CheckAnswer, CheckJob } from './check-job.ts';
import { runCheckJob } from './run-check-job.ts';

parentPort?.on('message', (job: CheckJob) => {
  parentPort?.postMessage(answer(job));
});

function answer(job: CheckJob): CheckAnswer {
  try {
    return runCheckJob(job);
  } catch {
    // A stack that ran over, say: the caller treats it as a check that could not be made.
    return { kind: 'failed' };
  }
}
