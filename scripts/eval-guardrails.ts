import { measureCost } from './evaluation/cost.ts';
import { evaluateInjection } from './evaluation/injection.ts';
import { evaluatePii } from './evaluation/pii.ts';
import { evaluateSecrets } from './evaluation/secrets.ts';
import { dataDirectory } from './injection-model/data-directory.ts';

const directory = dataDirectory('eval:guardrails');
if (directory !== undefined) {
  const missed = [
    ...evaluateInjection(directory),
    ...evaluatePii(directory),
    ...evaluateSecrets(directory),
    ...measureCost(directory),
  ];
  for (const reason of missed) console.log(`missed: ${reason}`);
  process.exitCode = missed.length > 0 ? 1 : 0;
}
