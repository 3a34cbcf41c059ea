import type { GuardPlan } from '../../ports/guard-policy.ts';
import type { GuardedText, GuardScanner, GuardVerdict } from '../../ports/guard-scanner.ts';
import type { Detection, Detector, InlineDetection, InlineScanner } from '../../ports/guardrail.ts';
import { KnownTexts } from './known-texts.ts';
import { rulesFor } from './rules-for.ts';
import { ScanRunner } from './run-scan-job.ts';
import type { ScanJob } from './scan-job.ts';
import { ScanThread, type ScanThreadOptions } from './scan-thread.ts';

/** Shorter texts are scanned sooner than looked up, in UTF-16 units. */
const LEAST_KEPT_CHARACTERS = 2048;

export interface ScannerOptions extends ScanThreadOptions {
  readonly detectors: readonly Detector[];
  readonly inline: InlineScanner;
  /** The text with placeholders. */
  readonly redact: (text: string, detections: readonly Detection[]) => string;
}

/** The inline tier on the event loop, the full tier in a thread. */
export class ThreadedScanner implements GuardScanner {
  readonly #thread: ScanThread;
  readonly #here: ScanRunner;
  readonly #inline: InlineScanner;
  readonly #known = new KnownTexts();
  readonly redact: ScannerOptions['redact'];

  constructor(options: ScannerOptions) {
    this.#thread = new ScanThread(options);
    // For windows of streams: almost each is new, so few verdicts are kept.
    this.#here = new ScanRunner({ detectors: options.detectors, maxVerdicts: 16 });
    this.#inline = options.inline;
    this.redact = options.redact;
  }

  inline({ text, origin }: GuardedText, plan: GuardPlan): readonly InlineDetection[] {
    const isLong = text.length >= LEAST_KEPT_CHARACTERS;
    const found = isLong ? this.#known.get(text, origin, this.#inline.scan) : this.#inline.scan(text, origin);
    if (found.length === 0) return found;
    const rules = rulesFor(origin, plan.rules);
    return found.filter(({ guardrail, score }) => {
      const rule = rules.find((candidate) => candidate.guardrail === guardrail);
      return rule !== undefined && score >= (rule.threshold ?? 0);
    });
  }

  now(text: GuardedText, plan: GuardPlan): GuardVerdict {
    return this.#here.run(jobOf([text], plan))[0] as GuardVerdict;
  }

  async full(texts: readonly GuardedText[], plan: GuardPlan, deadlineMs: number): Promise<readonly GuardVerdict[]> {
    const verdicts = await this.#thread.ask(jobOf(texts, plan), deadlineMs);
    if (verdicts === undefined) throw new Error('the detectors gave no verdict in time');
    return verdicts;
  }

  later(
    texts: readonly GuardedText[],
    plan: GuardPlan,
    done: (verdicts: readonly GuardVerdict[] | undefined) => void,
  ): void {
    if (this.#thread.hasRoom()) this.#thread.askLater(jobOf(texts, plan), done);
    else done(undefined);
  }

  close(): Promise<void> {
    return this.#thread.close();
  }
}

function jobOf(texts: readonly GuardedText[], { version, rules, custom }: GuardPlan): ScanJob {
  return { version, texts: texts.map(({ text, origin }) => ({ text, origin })), rules, custom };
}
