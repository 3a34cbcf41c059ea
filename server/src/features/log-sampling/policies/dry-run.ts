import type { LogPolicy } from '@weir/contract';
import { decider } from '../decide.ts';
import { type Expectation, expected } from '../solver/expected.ts';
import { verifyPolicy } from '../solver/verify-policy.ts';
import type { TrafficGroup } from '../traffic.ts';

/** What a policy would have kept of one pattern of the window, beside the one in force. */
export interface DryRunPattern {
  readonly pattern: string;
  readonly lines: number;
  readonly keptBefore: number;
  readonly keptAfter: number;
  readonly bytes: number;
  readonly bytesAfter: number;
  readonly countError: number;
  readonly lossChance: number;
}

export interface DryRun {
  readonly lines: number;
  readonly bytes: number;
  readonly keptBytesBefore: number;
  readonly keptBytesAfter: number;
  readonly countError: number;
  /** Most bytes first. */
  readonly patterns: readonly DryRunPattern[];
  /** What it would break of what is promised; empty: it may become active. */
  readonly problems: readonly string[];
}

/** Lets a policy decide about the lines of a window, without boosts: what it would have kept, and whether it may be used. */
export function dryRun(of: {
  groups: readonly TrafficGroup[];
  /** undefined: everything is kept now. */
  before: LogPolicy | undefined;
  after: LogPolicy;
  target: { readonly bytes: number; readonly floorBytes: number } | undefined;
}): DryRun {
  const after = expectationOf(of.groups, of.after);
  const before = new Map(expectationOf(of.groups, of.before).patterns.map((one) => [one.pattern, one]));
  const { lines, bytes, countError } = after;
  return {
    ...{ lines, bytes, countError },
    keptBytesBefore: [...before.values()].reduce((sum, { keptBytes }) => sum + keptBytes, 0),
    keptBytesAfter: after.keptBytes,
    patterns: after.patterns.map((one) => ({
      pattern: one.pattern,
      lines: one.lines,
      keptBefore: before.get(one.pattern)?.keptLines ?? 0,
      keptAfter: one.keptLines,
      bytes: one.bytes,
      bytesAfter: one.keptBytes,
      countError: one.countError,
      lossChance: one.lossChance,
    })),
    problems: verifyPolicy(of.after, { bytes: after.keptBytes, target: of.target }),
  };
}

function expectationOf(groups: readonly TrafficGroup[], policy: LogPolicy | undefined): Expectation {
  if (policy === undefined) return expected(groups, { rateOf: () => 1, firstK: 0 });
  return expected(groups, { rateOf: decider(policy), firstK: policy.first_k });
}
