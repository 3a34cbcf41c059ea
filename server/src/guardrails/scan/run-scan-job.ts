import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { CustomGuardrail } from '../../ports/guard-policy.ts';
import type { GuardedText, GuardVerdict } from '../../ports/guard-scanner.ts';
import type { Detector } from '../../ports/guardrail.ts';
import { compileCustom } from '../custom/compile-custom.ts';
import { judgeText } from './judge-text.ts';
import type { ScanJob } from './scan-job.ts';

export interface ScanRunnerOptions {
  /** Verdicts kept. */
  readonly maxVerdicts: number;
  readonly detectors: readonly Detector[];
}

const MAX_PLANS = 256;

/** Runs jobs and remembers verdicts: of a growing conversation only what is new is looked at. */
export class ScanRunner {
  readonly #verdicts: LRUCache<string, GuardVerdict>;
  readonly #custom = new LRUCache<string, readonly Detector[]>({ max: MAX_PLANS });
  readonly #detectors: readonly Detector[];

  constructor({ maxVerdicts, detectors }: ScanRunnerOptions) {
    this.#verdicts = new LRUCache({ max: maxVerdicts });
    this.#detectors = detectors;
  }

  run(job: ScanJob): readonly GuardVerdict[] {
    const detectors = [...this.#detectors, ...this.#compiled(job.version, job.custom)];
    return job.texts.map((text) => this.#judge(text, { job, detectors }));
  }

  #judge(text: GuardedText, { job, detectors }: { job: ScanJob; detectors: readonly Detector[] }): GuardVerdict {
    const key = `${job.version} ${text.origin} ${hash('sha256', text.text, 'base64')}`;
    let verdict = this.#verdicts.get(key);
    if (verdict === undefined) {
      verdict = judgeText(text, { rules: job.rules, detectors });
      this.#verdicts.set(key, verdict);
    }
    return verdict;
  }

  #compiled(version: string, custom: readonly CustomGuardrail[]): readonly Detector[] {
    if (custom.length === 0) return [];
    let detectors = this.#custom.get(version);
    if (detectors === undefined) {
      detectors = custom.map(compileCustom);
      this.#custom.set(version, detectors);
    }
    return detectors;
  }
}
