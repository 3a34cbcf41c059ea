import type { Flow } from '../flow.ts';
import { referencesOfOutput, referencesOfStep } from './references-of.ts';
import { walkSteps } from './walk-steps.ts';

/** Names that the flow reads as `env.NAME`; the seed's documents do not declare them. */
export function environmentOf(flow: Pick<Flow, 'steps' | 'output'>): string[] {
  const read = [...walkSteps(flow.steps)].map(referencesOfStep);
  const references = [...read, referencesOfOutput(flow)].flatMap((one) => one.references);
  const names = references.flatMap(({ path }) => (path[0] === 'env' && path[1] !== undefined ? [String(path[1])] : []));
  return [...new Set(names)];
}
