import type { LogPolicy } from '@weir/contract';
import { compilePolicy } from '@weir/sampler/decision';
import { parseSignature } from '@weir/sampler/signature';
import type { TrafficGroup } from './traffic.ts';

/** What samplers will make of a policy without its boosts and full fidelity: the rate of lines after the first K. */
export function decider(policy: LogPolicy): (group: Pick<TrafficGroup, 'signature' | 'severity'>) => number {
  const compiled = compilePolicy({ ...policy, boosts: [], full_fidelity_until: null });
  return ({ signature, severity }) => {
    const number = parseSignature(signature);
    return compiled.rateOf(severity, number === undefined ? undefined : compiled.ruleOf(number), 0);
  };
}
