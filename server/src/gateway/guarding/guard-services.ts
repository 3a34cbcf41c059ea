import type { Finding } from '../../kernel/finding.ts';
import type { Call } from '../../ports/call.ts';
import type { CallTexts } from '../../ports/call-texts.ts';
import type { Clock } from '../../ports/clock.ts';
import type { GuardPolicy } from '../../ports/guard-policy.ts';
import type { GuardScanner } from '../../ports/guard-scanner.ts';
import type { AskOutside } from '../../ports/outside-guard.ts';

export type Direction = 'input' | 'output';

/** inline: on the path of every call · full: the call waited · background: nobody waited. */
export type Tier = 'inline' | 'full' | 'background';

/** Told what guardrails did; must not throw and must not wait. */
export interface GuardObserver {
  /** Texts of a call were looked at. */
  checked(direction: Direction, tier: Tier, seconds: number): void;
  found(finding: Finding, direction: Direction): void;
  /** The full detectors did not look at a call: no room, too late, or they failed. */
  unscanned(direction: Direction): void;
  blocked(call: Call, finding: Finding, direction: Direction): void;
}

/** What decides how a call is guarded. */
export interface GuardedCall {
  /** The ledger's name of the API. */
  readonly wire: string;
  readonly caller: { readonly projectId: string };
}

export interface GuardServices {
  /** Undefined: nothing guards this call. */
  readonly policy: (call: GuardedCall) => GuardPolicy | undefined;
  readonly texts: CallTexts;
  readonly scanner: GuardScanner;
  readonly askOutside: AskOutside;
  readonly observer: GuardObserver;
  readonly clock: Clock;
}
