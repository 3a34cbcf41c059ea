import type { CustomGuardrail, GuardRule } from '../../ports/guard-policy.ts';
import type { GuardedText, GuardVerdict } from '../../ports/guard-scanner.ts';

/** What the thread is asked; it answers jobs in their order. */
export interface ScanJob {
  /** Of the plan: with origin and text it names a verdict. */
  readonly version: string;
  readonly texts: readonly GuardedText[];
  readonly rules: readonly GuardRule[];
  readonly custom: readonly CustomGuardrail[];
}

/** Undefined: a detector threw. */
export type ScanAnswer = readonly GuardVerdict[] | undefined;

/** What the thread sends back. */
export interface ScanReport {
  readonly answer: ScanAnswer;
  /** Processor time of the thread, in milliseconds: what it waited for the processor is nobody's cost. */
  readonly tookMs: number;
}
