import { decideInboxSchema, INBOX_KINDS, INBOX_STATUSES, inboxItemSchema, listSchema } from '@weir/contract';
import { z } from 'zod';
import type { Json } from '../../../kernel/json.ts';
import type { RouteSpec, WeirRequest } from '../../route.ts';
import { readBody, readQuery } from '../../server.ts';
import { audited } from '../management/audited.ts';
import { pageQuery } from '../management/paging.ts';
import { projectOf } from '../management/project-scope.ts';
import { actorOf, scopeQuery, type WorkflowRouteServices } from './services.ts';
import { shownItem } from './shown.ts';
import { idOf, page } from './workflows.ts';

const listQuery = scopeQuery.extend({
  ...pageQuery,
  status: z.enum([...INBOX_STATUSES, 'all']).default('open'),
  kind: z.enum(INBOX_KINDS).optional(),
  execution_id: z.string().min(1).optional().describe('What this run waits for'),
});

/** What waits for a person. */
export function inboxRoutes(services: WorkflowRouteServices): RouteSpec[] {
  const common = { errors: 'weir', tag: 'Inbox' } as const;
  const { workflows, projects } = services;
  return [
    {
      ...common,
      method: 'GET',
      path: '/api/v1/inbox',
      permission: 'view',
      summary: 'What waits for a person, newest first',
      query: listQuery,
      reply: listSchema(inboxItemSchema),
      async handle(request) {
        const { limit, cursor, status, kind, execution_id } = readQuery(request, listQuery);
        const rows = await workflows.inbox.list({
          ...{ projectId: projectOf(request, projects), limit: limit + 1 },
          ...(status === 'all' ? {} : { status }),
          ...(kind === undefined ? {} : { kind }),
          ...(execution_id === undefined ? {} : { runId: execution_id }),
          ...(cursor === undefined ? {} : { before: cursor }),
        });
        return page(rows.map(shownItem), limit);
      },
    },
    {
      ...common,
      method: 'GET',
      path: '/api/v1/inbox/:id',
      permission: 'view',
      summary: 'One item, with the form to fill in',
      query: scopeQuery,
      reply: inboxItemSchema,
      handle: async (request) => shownItem(await workflows.inbox.get(projectOf(request, projects), idOf(request))),
    },
    ...(['approve', 'reject'] as const).map(
      (decision): RouteSpec => ({
        ...common,
        method: 'POST',
        path: `/api/v1/inbox/:id/${decision}`,
        permission: 'operate',
        summary: decision === 'approve' ? 'Say yes; the run goes on at once' : 'Say no',
        body: decideInboxSchema,
        query: scopeQuery,
        reply: inboxItemSchema,
        handle: (request) => decide(request, services, decision),
      }),
    ),
  ];
}

async function decide(request: WeirRequest, services: WorkflowRouteServices, decision: 'approve' | 'reject') {
  const { data } = readBody(request, decideInboxSchema);
  const item = await services.workflows.inbox.decide(actorOf(request, services), idOf(request), {
    ...{ decision, ...(data === undefined ? {} : { data: data as Json }) },
  });
  await audited(services.audit, request, {
    ...{ projectId: projectOf(request, services.projects), action: `inbox.${decision}`, object: item.id },
    detail: { kind: item.kind, execution: item.execution_id, step: item.step },
  });
  return shownItem(item);
}
