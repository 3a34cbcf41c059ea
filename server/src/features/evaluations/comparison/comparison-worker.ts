import { parentPort } from 'node:worker_threads';
import { compareMetrics } from './compare-runs.ts';
import type { ComparisonAnswer, ComparisonJob } from './comparison-job.ts';

parentPort?.on('message', ({ id, metrics, terms }: ComparisonJob) => {
  parentPort?.postMessage({ id, verdicts: compareMetrics(metrics, terms) } satisfies ComparisonAnswer);
});
