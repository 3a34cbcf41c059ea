import { formatUsd } from '../../../kernel/money.ts';
import type { Flow } from '../flow.ts';
import { checkEnvironment } from './checks/check-environment.ts';
import { checkNames } from './checks/check-names.ts';
import { checkPlaces } from './checks/check-places.ts';
import { checkReach } from './checks/check-reach.ts';
import { checkReferences } from './checks/check-references.ts';
import { checkSecrets } from './checks/check-secrets.ts';
import { checkTriggers } from './checks/check-triggers.ts';
import { checkValues } from './checks/check-values.ts';
import type { FlowKnowledge } from './flow-knowledge.ts';
import { type Problem, warningAt } from './problem.ts';
import { placeInFlow } from './templates-of.ts';
import { worstPrice } from './worst-price.ts';

export type { FlowKnowledge } from './flow-knowledge.ts';
export type { Problem } from './problem.ts';

/**
 * Everything about a flow that can be known before it runs, in the order of the document's concerns. Errors keep it from
 * being stored; warnings are told and kept. Asks tool servers for their tools when it is given them, else it is pure.
 */
export async function checkFlow(flow: Flow, knowledge: FlowKnowledge = {}): Promise<Problem[]> {
  return [
    ...checkNames(flow.steps),
    ...checkReferences(flow),
    ...checkEnvironment(flow, knowledge),
    ...checkReach(flow),
    ...checkValues(flow, knowledge),
    ...checkTriggers(flow),
    ...checkSecrets(flow, knowledge),
    ...(await checkPlaces(flow, knowledge)),
    ...checkBudget(flow, knowledge),
  ];
}

function checkBudget(flow: Flow, { price }: FlowKnowledge): Problem[] {
  const limit = flow.budget?.usdNano;
  if (price === undefined || limit === undefined) return [];
  const worst = worstPrice(flow, price);
  if (worst.nano <= limit) return [];
  return [
    warningAt(
      placeInFlow(flow, 'budget'),
      `A run may cost ${formatUsd(worst.nano)} USD and more than its budget of ${formatUsd(limit)} USD.`,
      'Lower maxTokens, retries or maxItems, or raise the budget; else a run may stop on its way.',
    ),
  ];
}
