import type { Call } from './call.ts';
import type { GuardedText } from './guard-scanner.ts';

/** What a webhook or a judging model says of some texts. */
export interface OutsideVerdict {
  readonly isBlocked: boolean;
  /** Kind of danger in its own words, already reduced to letters, digits and underscores. */
  readonly type: string;
  /** 0..1 */
  readonly score: number;
}

/** Asks a guardrail outside the process. Rejects when there was no answer in time or none that can be understood. */
export type AskOutside = (
  name: string,
  of: { readonly call: Call; readonly texts: readonly GuardedText[]; readonly direction: 'input' | 'output' },
) => Promise<OutsideVerdict>;
