import type { RunRow } from '../../../ports/workflow-store.ts';
import { type Bound, boundOfRun, boundsAt } from './bounds.ts';
import type { EngineServices } from './context.ts';
import { budgetOfRun } from './run-budgets.ts';

/** The runs above one, the parent first, with their budgets and those of the steps of theirs that it is part of, as they are now. */
export async function readAbove(
  services: EngineServices,
  row: RunRow,
): Promise<{ readonly rows: readonly RunRow[]; readonly bounds: readonly Bound[] }> {
  const rows: RunRow[] = [];
  const bounds: Bound[] = [];
  for (let below = row; below.parent_run_id !== null; ) {
    const parent = await services.store.runs.get(row.project_id, below.parent_run_id);
    if (parent === undefined) break;
    const flow = await services.flows.of(parent.workflow_id, parent.version);
    const budget = budgetOfRun(parent, flow.budget);
    if (budget !== undefined) bounds.push(boundOfRun(parent.id, budget));
    bounds.push(...boundsAt(flow, { runId: parent.id, path: below.parent_path ?? '' }));
    rows.push(parent);
    below = parent;
  }
  return { rows, bounds };
}
