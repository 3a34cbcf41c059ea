import { type AuditEntry, auditEntrySchema, listSchema } from '@weir/contract';
import { z } from 'zod';
import type { AuditLog } from '../../../features/audit/audit-log.ts';
import type { AuditRow } from '../../../ports/storage.ts';
import type { RouteSpec } from '../../route.ts';
import { readQuery } from '../../server.ts';
import { iso } from './instants.ts';
import { pageQuery } from './paging.ts';

export interface AuditRouteServices {
  readonly audit: Pick<AuditLog, 'list' | 'verify'>;
}

const listQuery = z.strictObject({
  ...pageQuery,
  cursor: z
    .string()
    .regex(/^audit_[0-9a-f]{32}$/, 'is not one that Weir gave; leave it out to start anew.')
    .optional()
    .describe('next_cursor of the page before'),
  project_id: z.string().optional(),
});
const verificationSchema = z.object({
  rows: z.number().int(),
  broken_at: z.string().nullable().describe('Id of the newest row that does not follow; null: the chain is whole'),
});

export function auditRoutes({ audit }: AuditRouteServices): RouteSpec[] {
  const common = { method: 'GET', permission: 'admin', errors: 'weir', tag: 'Audit' } as const;
  return [
    {
      ...common,
      path: '/api/v1/audit',
      summary: 'Who did what, newest first',
      query: listQuery,
      reply: listSchema(auditEntrySchema),
      async handle(request) {
        const { limit, cursor, project_id } = readQuery(request, listQuery);
        const rows = await audit.list({ projectId: project_id, limit: limit + 1, before: cursor });
        const data = rows.slice(0, limit).map(shown);
        return { data, next_cursor: rows.length > limit ? (data.at(-1)?.id ?? null) : null };
      },
    },
    {
      ...common,
      path: '/api/v1/audit/verify',
      summary: 'Check the hash chain',
      reply: verificationSchema,
      async handle() {
        const { rows, brokenAt } = await audit.verify();
        return { rows, broken_at: brokenAt };
      },
    },
  ];
}

function shown(row: AuditRow): AuditEntry {
  return { ...row, at: iso(row.at), detail: JSON.parse(row.detail) as AuditEntry['detail'] };
}
