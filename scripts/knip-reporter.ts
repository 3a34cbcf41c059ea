import type { ReporterOptions } from 'knip';

/** Adds the count that knip keeps to itself: a run that processed no file has proved nothing. */
export default function reportProcessedFiles({ counters }: ReporterOptions): void {
  console.log(`knip processed ${counters.processed} files`);
}
