import type { Kysely } from 'kysely';

/** Services whose logs are sampled, and every version of their policies. */
export async function logSampling(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('log_services')
    .addColumn('id', 'bigint', (column) => column.primaryKey().notNull())
    .addColumn('project_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('team_id', 'bigint')
    .addColumn('activated', 'text', (column) => column.notNull())
    .addColumn('full_fidelity_until', 'bigint')
    .addColumn('boosts', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('log_services_name', ['project_id', 'name'])
    .execute();
  await db.schema
    .createTable('log_policies')
    .addColumn('policy_id', 'bigint', (column) => column.primaryKey().notNull())
    .addColumn('service_id', 'bigint', (column) => column.notNull())
    .addColumn('version', 'bigint', (column) => column.notNull())
    .addColumn('summary', 'text', (column) => column.notNull())
    .addColumn('document', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('log_policies_version', ['service_id', 'version'])
    .execute();
}
