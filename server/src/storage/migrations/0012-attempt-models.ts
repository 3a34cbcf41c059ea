import type { Kysely } from 'kysely';

/** What each model cost an attempt that asked several. */
export async function attemptModels(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('workflow_attempts').addColumn('models', 'text').execute();
}
