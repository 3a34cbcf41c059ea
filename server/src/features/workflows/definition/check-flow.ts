import type { Flow } from '../flow.ts';
import type { Problem } from './problem.ts';
import { referencesOfOutput, referencesOfStep } from './references-of.ts';
import { walkSteps } from './walk-steps.ts';

export type { Problem } from './problem.ts';

/** What the server knows beside the document; what is absent is not checked. */
export interface FlowKnowledge {
  /** Names that the operator allows templates to read as `env.NAME`. */
  readonly env?: readonly string[];
}

/** Everything about a flow that can be known before it runs: errors keep it from being stored, warnings do not. */
export async function checkFlow(flow: Flow, _knowledge: FlowKnowledge = {}): Promise<Problem[]> {
  const read = [...[...walkSteps(flow.steps)].map(referencesOfStep), referencesOfOutput(flow)];
  return read.flatMap(({ problems }) => problems);
}
