import type { Transaction } from 'kysely';
import type { Schema } from '../schema.ts';

/** Deletes runs with everything of them. */
export async function deleteRuns(db: Transaction<Schema>, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  for (const table of ['workflow_execution_steps', 'workflow_attempts', 'inbox'] as const) {
    await db.deleteFrom(table).where('run_id', 'in', ids).execute();
  }
  await db.deleteFrom('workflow_executions').where('id', 'in', ids).execute();
}
