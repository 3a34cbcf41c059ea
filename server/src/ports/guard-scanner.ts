import type { Origin } from '../kernel/finding.ts';
import type { GuardPlan } from './guard-policy.ts';
import type { Detection, InlineDetection } from './guardrail.ts';

/** A text and who it comes from. */
export interface GuardedText {
  readonly text: string;
  readonly origin: Origin;
}

/** What the detectors of a plan say of one text. */
export interface GuardVerdict {
  /** 0..1, the strongest evidence, also below every threshold. */
  readonly score: number;
  /** What reached its threshold, sorted by start. */
  readonly hits: readonly InlineDetection[];
}

/** Runs detectors where they belong: the inline tier here, the full tier in a thread of its own. */
export interface GuardScanner {
  /** The inline tier, at once: a few microseconds per KB. */
  inline(text: GuardedText, plan: GuardPlan): readonly InlineDetection[];
  /** The full tier, at once, for short texts that cannot wait (the window of a stream). May throw. */
  now(text: GuardedText, plan: GuardPlan): GuardVerdict;
  /** The full tier in the thread, one verdict per text. Rejects when it failed or took longer than `deadlineMs`. */
  full(texts: readonly GuardedText[], plan: GuardPlan, deadlineMs: number): Promise<readonly GuardVerdict[]>;
  /**
   * The same when there is time; nobody waits. `done` gets undefined when it failed or there was no room, at the latest when the
   * scanner closes.
   */
  later(
    texts: readonly GuardedText[],
    plan: GuardPlan,
    done: (verdicts: readonly GuardVerdict[] | undefined) => void,
  ): void;
  /** The text with a placeholder such as `[EMAIL]` for each detection. */
  redact(text: string, detections: readonly Detection[]): string;
}
