import type { Kysely } from 'kysely';
import type { Storage } from '../../ports/storage.ts';
import type { Schema } from '../schema.ts';
import { numbered } from './numbered.ts';

export function logPoliciesRepository(db: Kysely<Schema>): Storage['logPolicies'] {
  return {
    append: (row) =>
      numbered(() =>
        db
          .insertInto('log_policies')
          .values(({ fn, selectFrom, lit }) => ({
            ...row,
            policy_id: selectFrom('log_policies').select(({ eb }) =>
              eb(fn.coalesce(fn.max('policy_id'), lit(0)), '+', lit(1)).as('policy_id'),
            ),
            version: selectFrom('log_policies')
              .select(({ eb }) => eb(fn.coalesce(fn.max('version'), lit(0)), '+', lit(1)).as('version'))
              .where('service_id', '=', row.service_id),
          }))
          .returning(['policy_id', 'version'])
          .executeTakeFirstOrThrow(),
      ),
    get: (serviceId, version) =>
      db
        .selectFrom('log_policies')
        .selectAll()
        .where('service_id', '=', serviceId)
        .where('version', '=', version)
        .executeTakeFirst(),
    list: ({ serviceId, limit, before }) =>
      db
        .selectFrom('log_policies')
        .select(['policy_id', 'service_id', 'version', 'summary', 'created_at'])
        .where('service_id', '=', serviceId)
        .$if(before !== undefined, (query) => query.where('version', '<', before ?? 0))
        .orderBy('version', 'desc')
        .limit(limit)
        .execute(),
  };
}
