import type { LogPolicy } from '@weir/contract';
import { compilePolicy } from '@weir/sampler/decision';
import type { Verdict } from '../log-event.ts';
import type { Outcome } from './disagreements.ts';
import { rateBySampler, type TestLine } from './lines.ts';

/** What a tool did with each line beside the rate at which the sampler keeps such lines under the policy. */
export function compareWithSampler(
  lines: readonly TestLine[],
  verdicts: readonly Verdict[],
  policy: LogPolicy,
): Outcome[] {
  const compiled = compilePolicy(policy);
  return lines.map(({ group, event }, index) => ({
    group,
    rate: rateBySampler(compiled, event),
    kept: verdicts[index]?.kept ?? false,
  }));
}
