import { Worker } from 'node:worker_threads';

const MAX_HEAP_MB = 256;

/** The thread of the full detectors, from source or from the build. */
export function startScanWorker(): Worker {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new Worker(new URL(`./scan-worker.${extension}`, import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
}
