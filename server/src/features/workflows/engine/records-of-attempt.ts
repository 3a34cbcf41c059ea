import type { UsageRecord } from '../../../kernel/usage-record.ts';
import type { AttemptRow } from '../../../ports/workflow-store.ts';

/**
 * What the ledger has of an attempt: its own call, and those that were made for it meanwhile, by a tool's server or by Weir
 * itself. `tries`: all of the step.
 */
export function recordsOfAttempt(
  row: AttemptRow,
  of: { tries: readonly AttemptRow[]; records: readonly UsageRecord[] },
): UsageRecord[] {
  const others = of.tries.filter(({ attempt }) => attempt !== row.attempt);
  const endsAt = others.find(({ attempt }) => attempt === row.attempt + 1)?.started_at ?? Number.POSITIVE_INFINITY;
  const ofOthers = new Set(others.map(({ request_id }) => request_id));
  return of.records.filter(({ run_id, step, request_id, timestamp }) => {
    if (request_id === row.request_id) return true;
    if (run_id !== row.run_id || step !== row.path || ofOthers.has(request_id)) return false;
    return timestamp >= row.started_at && timestamp < endsAt;
  });
}

/** The model that the call of an attempt had; of one that made none, the last that was asked meanwhile. */
export function modelOf(row: AttemptRow, records: readonly UsageRecord[]): string | null {
  const own = records.find(({ request_id }) => request_id === row.request_id);
  return (own ?? records.at(-1))?.model ?? null;
}
