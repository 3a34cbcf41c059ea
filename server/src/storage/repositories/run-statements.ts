import type { RunWrite, WorkflowStore } from '../../ports/workflow-store.ts';

/**
 * What the engine asks of the database at every step of a run: one round trip each, written once per database. Leases are by
 * the database's clock where processes share it.
 */
export type RunStatements = Pick<WorkflowStore['runs'], 'claim' | 'heartbeat' | 'commit'>;

/** Columns of the guard, in the order of its parameters; the last three find the run. */
export function guardParameters({ run, ...write }: RunWrite): unknown[] {
  return [
    run.status,
    run.output,
    run.error,
    run.started_at,
    run.ended_at,
    run.cost_nano,
    run.tokens_used,
    write.sequence,
    run.isReleased ? 1 : 0,
    isOver({ run }) ? 1 : 0,
    run.wake_at,
    write.runId,
    write.owner,
    write.fence,
  ];
}

export function isOver({ run }: Pick<RunWrite, 'run'>): boolean {
  return run.ended_at !== null;
}
