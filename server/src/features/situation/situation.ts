import { budgetsNearlyGone } from './causes/budget-nearly-gone.ts';
import { cacheStopped } from './causes/cache-stopped.ts';
import { errorSurge } from './causes/error-surge.ts';
import { falsePositives } from './causes/false-positives.ts';
import { keysLeaking } from './causes/key-leaking.ts';
import { providersDown } from './causes/provider-down.ts';
import { slowProviders } from './causes/slow-provider.ts';
import { stuckRuns } from './causes/stuck-runs.ts';
import type { Facts, Statement } from './facts.ts';

/** What is wrong, worst first; nothing when all is well. */
export function situationOf(facts: Facts): Statement[] {
  const down = providersDown(facts);
  const statements = [
    ...down,
    ...keysLeaking(facts),
    ...errorSurge(
      facts,
      down.map(({ object }) => object),
    ),
    ...budgetsNearlyGone(facts),
    ...slowProviders(facts),
    ...stuckRuns(facts),
    ...cacheStopped(facts),
    ...falsePositives(facts),
  ];
  const isCritical = ({ severity }: Statement) => severity === 'critical';
  return [...statements.filter(isCritical), ...statements.filter((statement) => !isCritical(statement))];
}
