import { nearest } from '../../../../kernel/nearest.ts';
import type { Flow } from '../../flow.ts';
import type { FlowKnowledge } from '../flow-knowledge.ts';
import { errorAt, type Problem } from '../problem.ts';
import { type Reference, referencesOfOutput, referencesOfStep } from '../references-of.ts';
import { walkSteps } from '../walk-steps.ts';

/** WD10: templates read only what the operator allows, and the error comes when the document is stored. */
export function checkEnvironment(flow: Flow, { env }: FlowKnowledge): Problem[] {
  if (env === undefined) return [];
  const references = [...[...walkSteps(flow.steps)].map(referencesOfStep), referencesOfOutput(flow)].flatMap(
    (read) => read.references,
  );
  const read = references.flatMap(({ path, pointer }: Reference) =>
    path[0] === 'env' && path[1] !== undefined ? [{ name: String(path[1]), pointer }] : [],
  );
  const readNames = new Set(read.map(({ name }) => name));
  const declared = flow.env.filter((name) => !readNames.has(name)).map((name) => ({ name, pointer: '/env' }));
  return [...read, ...declared].filter(({ name }) => !env.includes(name)).map((one) => notAllowed(one, env));
}

function notAllowed({ name, pointer }: { name: string; pointer: string }, env: readonly string[]): Problem {
  const meant = nearest(name.slice(0, 64), env);
  return errorAt(
    pointer,
    `Templates may not read env.${name.slice(0, 64)}.`,
    meant === undefined
      ? `Ask the operator to add it to workflows.env in the configuration file, and never put a secret there.`
      : `Did you mean env.${meant}?`,
  );
}
