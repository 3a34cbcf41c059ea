import type { WorkflowCheck } from '@weir/contract';
import { usdFromNano } from '../../kernel/money.ts';
import { checkFlow, type FlowKnowledge, type Problem } from './definition/check-flow.ts';
import { readFlow } from './definition/read-flow.ts';
import { worstPrice } from './definition/worst-price.ts';

/** Everything that storing a document would say, and what a run of it costs at most; nothing is stored. */
export async function checkDocument(document: unknown, knowledge: FlowKnowledge): Promise<WorkflowCheck> {
  const read = readFlow(document);
  if ('problems' in read) return { ok: false, ...sorted(read.problems), worst_case_usd: null, unbounded: [] };
  const problems = sorted(await checkFlow(read.flow, knowledge));
  const { nano, unbounded } = worstPrice(read.flow, knowledge.price ?? (() => undefined));
  const worst = { worst_case_usd: usdFromNano(nano), unbounded: [...unbounded] };
  return { ok: problems.problems.length === 0, ...problems, ...worst };
}

function sorted(all: readonly Problem[]) {
  const of = (wanted: Problem['severity']) =>
    all.filter(({ severity }) => severity === wanted).map(({ pointer, message, fix }) => ({ pointer, message, fix }));
  return { problems: of('error'), warnings: of('warning') };
}
