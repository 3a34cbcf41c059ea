import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Origin } from '../../kernel/finding.ts';
import type { GuardPlan } from '../../ports/guard-policy.ts';
import type { GuardedText, GuardScanner, GuardVerdict } from '../../ports/guard-scanner.ts';
import type { Detection, Detector, InlineDetection, InlineScanner } from '../../ports/guardrail.ts';
import { rulesFor } from './rules-for.ts';
import { ScanRunner } from './run-scan-job.ts';
import type { ScanJob } from './scan-job.ts';
import { ScanThread, type ScanThreadOptions } from './scan-thread.ts';

/** Shorter texts are scanned sooner than looked up, in UTF-16 units. */
const LEAST_KEPT_CHARACTERS = 2048;
const MAX_KNOWN = 8192;
/** Of a long text, these pieces tell whether it may have been here before. */
const PIECE = 20;

/** What was found in a text that looked the same. Its hash is worked out when one like it comes again: most never do. */
interface Known {
  readonly hash: string | undefined;
  readonly found: readonly InlineDetection[];
}

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
  readonly #known = new LRUCache<string, Known>({ max: MAX_KNOWN });
  readonly redact: ScannerOptions['redact'];

  constructor(options: ScannerOptions) {
    this.#thread = new ScanThread(options);
    // For windows of streams: almost each is new, so few verdicts are kept.
    this.#here = new ScanRunner({ detectors: options.detectors, maxVerdicts: 16 });
    this.#inline = options.inline;
    this.redact = options.redact;
  }

  inline({ text, origin }: GuardedText, plan: GuardPlan): readonly InlineDetection[] {
    const found = this.#scanned(text, origin);
    if (found.length === 0) return found;
    const rules = rulesFor(origin, plan.rules);
    return found.filter(({ guardrail, score }) => {
      const rule = rules.find((candidate) => candidate.guardrail === guardrail);
      return rule !== undefined && score >= (rule.threshold ?? 0);
    });
  }

  /**
   * Of a growing conversation all but the end is known, and looking a text up by its hash costs a third of scanning it. A text
   * whose looks are new is not even hashed.
   */
  #scanned(text: string, origin: Origin): readonly InlineDetection[] {
    if (text.length < LEAST_KEPT_CHARACTERS) return this.#inline.scan(text, origin);
    const looks = looksOf(text, origin);
    const known = this.#known.get(looks);
    const digest = known === undefined ? undefined : hash('sha256', text, 'base64');
    if (known !== undefined && known.hash === digest) return known.found;
    const found = this.#inline.scan(text, origin);
    this.#known.set(looks, { hash: digest, found });
    return found;
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

function looksOf(text: string, origin: Origin): string {
  const { length } = text;
  const middle = length >> 1;
  const pieces = text.slice(0, PIECE) + text.slice(middle, middle + PIECE) + text.slice(length - PIECE);
  return `${origin} ${length} ${pieces}`;
}

function jobOf(texts: readonly GuardedText[], { version, rules, custom }: GuardPlan): ScanJob {
  return { version, texts: texts.map(({ text, origin }) => ({ text, origin })), rules, custom };
}
