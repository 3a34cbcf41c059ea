import type { CallTokens, LimitGrant, LimitScope, LimitUse, LimitVerdict } from '../../ports/shared-state.ts';

/** What a replica counts by itself: everything it granted, so that Redis can be told again, and its part while Redis is away. */
export interface OwnLimits {
  /** On this replica's part of every limit. */
  reserve(scopes: readonly LimitScope[], tokens: CallTokens): LimitVerdict;
  /** Counts what Redis granted. */
  charge(scopes: readonly LimitScope[], tokens: number): LimitGrant;
  settle(grant: LimitGrant, tokens: number): void;
  read(scopes: readonly LimitScope[]): readonly LimitUse[];
  /** Everything in the windows (`all`), or what was granted here since the last time; told once, as it is when it is asked for. */
  untold(all: boolean): readonly OwnUse[];
}

export interface OwnUse {
  /** Of the counter. */
  readonly name: string;
  /** Days since the epoch. */
  readonly day: number;
  readonly requests: number;
  readonly tokens: number;
  readonly minutes: readonly { readonly ageS: number; readonly requests: number; readonly tokens: number }[];
}
