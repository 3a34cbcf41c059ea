import {
  listSchema,
  publishWorkflowSchema,
  type WorkflowObject,
  webhookSecretSchema,
  workflowCheckSchema,
  workflowDocumentSchema,
  workflowSchema,
  workflowSummarySchema,
  workflowVersionSchema,
} from '@weir/contract';
import { z } from 'zod';
import type { ShownSecret } from '../../../features/workflows/triggers/triggers.ts';
import type { Workflow } from '../../../features/workflows/workflows.ts';
import { WeirError } from '../../../kernel/errors.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import { keyOf, type RouteSpec, type WeirRequest } from '../../route.ts';
import { readBody, readQuery } from '../../server.ts';
import { audited } from '../management/audited.ts';
import { iso } from '../management/instants.ts';
import { pageQuery } from '../management/paging.ts';
import { projectOf } from '../management/project-scope.ts';
import { documentOf } from './document-of.ts';
import { actorOf, scopeQuery, type WorkflowRouteServices } from './services.ts';
import { shownWorkflow } from './shown.ts';
import { shownTrigger, webhookPath } from './shown-trigger.ts';

const listQuery = scopeQuery.extend(pageQuery);
const versionQuery = scopeQuery.extend({
  version: z.coerce.number().int().positive().optional().describe('Whose document; default the newest'),
});

/** Definitions: immutable versions of documents. */
export function workflowRoutes(services: WorkflowRouteServices): RouteSpec[] {
  const common = { errors: 'weir', tag: 'Workflows' } as const;
  const { workflows, projects } = services;
  return [
    {
      ...common,
      method: 'POST',
      path: '/api/workflows',
      permission: 'develop',
      summary: 'Store a workflow; the body is its document, in JSON or YAML',
      body: workflowDocumentSchema,
      query: scopeQuery,
      reply: workflowSchema,
      status: 201,
      async handle(request) {
        const document = documentOf(request, services);
        const made = await workflows.create(actorOf(request, services), document);
        return stored(request, services, { workflow: made, action: 'workflow.create' });
      },
    },
    {
      ...common,
      method: 'GET',
      path: '/api/workflows',
      permission: 'view',
      summary: 'Workflows, newest first',
      query: listQuery,
      reply: listSchema(workflowSummarySchema),
      async handle(request) {
        const { limit, cursor } = readQuery(request, listQuery);
        const projectId = projectOf(request, projects);
        const before = cursor === undefined ? {} : { before: cursor };
        const rows = await workflows.list({ projectId, limit: limit + 1, ...before });
        return page(rows.map(shownWorkflow), limit);
      },
    },
    {
      ...common,
      method: 'GET',
      path: '/api/workflows/schema',
      permission: 'view-own',
      summary: 'JSON Schema of workflow documents',
      reply: z.record(z.string(), z.unknown()),
      handle: () => services.documentSchema,
    },
    {
      ...common,
      method: 'POST',
      path: '/api/workflows/check',
      permission: 'develop',
      summary: 'What storing a document would say, and what a run of it may cost at most; nothing is stored',
      body: workflowDocumentSchema,
      query: scopeQuery,
      reply: workflowCheckSchema,
      handle: (request) => services.check(projectOf(request, projects), documentOf(request, services)),
    },
    {
      ...common,
      method: 'GET',
      path: '/api/workflows/:id',
      permission: 'view',
      summary: 'One workflow by its id or name, with the document',
      query: versionQuery,
      reply: workflowSchema,
      handle: (request) => shown(request, services, { id: idOf(request), secrets: [] }),
    },
    {
      ...common,
      method: 'PUT',
      path: '/api/workflows/:id',
      permission: 'develop',
      summary: 'Store the next version; runs keep the version they began with',
      body: workflowDocumentSchema,
      query: scopeQuery,
      reply: workflowSchema,
      async handle(request) {
        const actor = actorOf(request, services);
        const { id } = await workflows.get(actor.projectId, idOf(request));
        const workflow = await workflows.update(actor, id, documentOf(request, services));
        return stored(request, services, { workflow, action: 'workflow.update' });
      },
    },
    {
      ...common,
      method: 'DELETE',
      path: '/api/workflows/:id',
      permission: 'develop',
      summary: 'Delete a workflow; runs that have begun go on',
      query: scopeQuery,
      reply: workflowSummarySchema,
      async handle(request) {
        const projectId = projectOf(request, projects);
        const workflow = await workflows.get(projectId, idOf(request));
        await workflows.remove(projectId, workflow.id);
        await note(request, services, { workflow, action: 'workflow.delete' });
        return shownWorkflow(workflow);
      },
    },
    {
      ...common,
      method: 'GET',
      path: '/api/workflows/:id/versions',
      permission: 'view',
      summary: 'Versions of a workflow, newest first',
      query: scopeQuery,
      reply: listSchema(workflowVersionSchema),
      async handle(request) {
        const projectId = projectOf(request, projects);
        const { id } = await workflows.get(projectId, idOf(request));
        const versions = await workflows.versions(projectId, id);
        return { data: versions.map((one) => ({ ...one, created_at: iso(one.created_at) })), next_cursor: null };
      },
    },
    {
      ...common,
      method: 'POST',
      path: '/api/workflows/:id/publish',
      permission: 'develop',
      summary: "Offer a workflow as a tool of Weir's MCP server, or no longer",
      body: publishWorkflowSchema,
      query: scopeQuery,
      reply: workflowSummarySchema,
      async handle(request) {
        const { published } = readBody(request, publishWorkflowSchema);
        const projectId = projectOf(request, projects);
        const { id } = await workflows.get(projectId, idOf(request));
        const workflow = await workflows.publish(projectId, id, published);
        await note(request, services, { workflow, action: published ? 'workflow.publish' : 'workflow.unpublish' });
        return shownWorkflow(workflow);
      },
    },
    {
      ...common,
      method: 'POST',
      path: '/api/workflows/:id/hooks/:name/rotate',
      permission: 'develop',
      summary: 'A new secret for a webhook, shown only now; the one before is worth nothing any more',
      query: scopeQuery,
      reply: webhookSecretSchema,
      async handle(request) {
        const { name } = request.params as { name: string };
        const workflow = await workflows.get(projectOf(request, projects), idOf(request));
        const secret = await services.triggers.rotate(workflow.id, name);
        if (secret === undefined) throw new WeirError('resource.not_found');
        await note(request, services, { workflow, action: 'workflow.rotate_secret', detail: { webhook: name } });
        return { ...secret, path: webhookPath(workflow.id, name) };
      },
    },
  ];
}

/** Id or name, as it stands in the path. */
export function idOf(request: WeirRequest): string {
  return (request.params as { id: string }).id;
}

/** A page of rows of which one more than asked for was read. */
export function page<T extends { readonly id: string }>(rows: readonly T[], limit: number) {
  const data = rows.slice(0, limit);
  return { data, next_cursor: rows.length > limit ? (data.at(-1)?.id ?? null) : null };
}

/** What is left to do when a version was stored. */
async function stored(
  request: WeirRequest,
  services: WorkflowRouteServices,
  of: { workflow: Workflow; action: string },
): Promise<WorkflowObject> {
  const { id, version } = of.workflow;
  const secrets = await putTriggers(request, services, { id, version });
  await note(request, services, { ...of, detail: { version } });
  return shown(request, services, { id, secrets });
}

/** The triggers of a version take the place of the workflow's; gives the secrets of new webhooks. */
export async function putTriggers(
  request: WeirRequest,
  services: WorkflowRouteServices,
  { id, version }: { id: string; version: number },
): Promise<readonly ShownSecret[]> {
  const projectId = projectOf(request, services.projects);
  const { flow } = await services.workflows.get(projectId, id, version);
  return services.triggers.replace({ id, projectId }, { triggers: flow.triggers, keyId: keyOf(request).id });
}

async function shown(
  request: WeirRequest,
  services: WorkflowRouteServices,
  { id, secrets }: { id: string; secrets: readonly ShownSecret[] },
): Promise<WorkflowObject> {
  const { version } = readQuery(request, versionQuery);
  const workflow = await services.workflows.get(projectOf(request, services.projects), id, version);
  const triggers = await services.triggers.all(workflow.id);
  return {
    ...shownWorkflow(workflow),
    document: workflow.document as JsonObject,
    triggers: triggers.map((one) => shownTrigger(workflow.id, one, secrets)),
  };
}

function note(
  request: WeirRequest,
  { audit, projects }: WorkflowRouteServices,
  of: { workflow: Workflow; action: string; detail?: Readonly<Record<string, unknown>> },
): Promise<void> {
  const { action, detail = {} } = of;
  const { id, name } = of.workflow;
  return audited(audit, request, {
    projectId: projectOf(request, projects),
    ...{ action, object: id, detail: { name, ...detail } },
  });
}
