import type { Environment } from '../../../config/load-config.ts';

/** One line of the doctor's report. */
export interface Finding {
  readonly outcome: 'ok' | 'warn' | 'fail';
  /** What was looked at: `Node.js`, `data directory`. */
  readonly subject: string;
  /** What was found. */
  readonly detail: string;
  /** What to do about it; absent when nothing is to be done. */
  readonly advice?: string;
}

/** What `weir serve` would be started with. */
export interface Patient {
  /** Configuration file as given; undefined means `weir.yaml` when it is there. */
  readonly file: string | undefined;
  readonly environment: Environment;
  readonly dataDir: string;
}

export interface Check {
  readonly name: string;
  run(patient: Patient): Promise<Finding[]> | Finding[];
}
