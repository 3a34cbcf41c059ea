import { hash } from 'node:crypto';
import {
  executeWorkflowSchema,
  executionSchema,
  executionSummarySchema,
  executionWaitQuery,
  forkExecutionSchema,
  listSchema,
  resumeExecutionSchema,
  startedExecutionSchema,
} from '@weir/contract';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Execution } from '../../../features/workflows/workflows.ts';
import type { Json } from '../../../kernel/json.ts';
import { SECOND_MS } from '../../../kernel/time.ts';
import { keyOf, type RouteSpec, type WeirRequest } from '../../route.ts';
import { readBody, readQuery } from '../../server.ts';
import { audited } from '../management/audited.ts';
import { pageQuery } from '../management/paging.ts';
import { projectOf } from '../management/project-scope.ts';
import { serveEvents } from './execution-events.ts';
import { ownExecution } from './own-execution.ts';
import { actorOf, scopeQuery, type WorkflowRouteServices } from './services.ts';
import { shownExecution, shownSummary } from './shown.ts';
import { idOf, page, putTriggers } from './workflows.ts';

const listQuery = scopeQuery.extend(pageQuery);
const startQuery = scopeQuery.extend(executionWaitQuery);
const OVER = ['completed', 'failed', 'cancelled'];

/** Runs of workflows. */
export function executionRoutes(services: WorkflowRouteServices): RouteSpec[] {
  const common = { errors: 'weir', tag: 'Workflows' } as const;
  const { workflows, projects } = services;
  return [
    {
      ...common,
      method: 'POST',
      path: '/api/workflows/:id/execute',
      permission: 'call',
      summary: 'Start a run; answers at once, or with wait when it is over. Idempotency-Key starts it once',
      body: executeWorkflowSchema,
      query: startQuery,
      reply: z.union([startedExecutionSchema, executionSchema]),
      status: 202,
      handle: (request, reply) => execute(request, reply, services),
    },
    {
      ...common,
      method: 'GET',
      path: '/api/workflows/:id/executions',
      permission: 'view',
      summary: 'Runs of a workflow, newest first',
      query: listQuery,
      reply: listSchema(executionSummarySchema),
      async handle(request) {
        const { limit, cursor } = readQuery(request, listQuery);
        const projectId = projectOf(request, projects);
        const { id: workflowId } = await workflows.get(projectId, idOf(request));
        const before = cursor === undefined ? {} : { before: cursor };
        const rows = await workflows.executions({ projectId, workflowId, limit: limit + 1, ...before });
        return page(rows.map(shownSummary), limit);
      },
    },
    {
      ...common,
      method: 'GET',
      path: '/api/executions/:id',
      permission: 'view-own',
      summary: 'A run with its steps and costs; inference keys see those that they started',
      query: scopeQuery,
      reply: executionSchema,
      handle: async (request) => shownExecution(await ownExecution(request, services)),
    },
    {
      ...common,
      method: 'GET',
      path: '/api/executions/:id/events',
      permission: 'view-own',
      summary:
        'What happens in a run, as server-sent events until it is over; Last-Event-ID goes on where it broke off',
      query: scopeQuery,
      handle: (request, reply) => serveEvents(request, reply, services),
    },
    {
      ...common,
      method: 'POST',
      path: '/api/executions/:id/cancel',
      permission: 'call',
      summary: 'End a run, its calls in flight and its sub-runs',
      query: scopeQuery,
      reply: executionSchema,
      async handle(request) {
        const { id } = await ownExecution(request, services);
        const execution = await workflows.cancel(projectOf(request, projects), id);
        await note(request, services, { execution, action: 'execution.cancel' });
        return shownExecution(execution);
      },
    },
    {
      ...common,
      method: 'POST',
      path: '/api/executions/:id/fork',
      permission: 'develop',
      summary: 'A new run that takes over what this one finished before a step, at no cost',
      body: forkExecutionSchema,
      query: startQuery,
      reply: z.union([startedExecutionSchema, executionSchema]),
      status: 202,
      async handle(request, reply) {
        const { from_step, version, document, input } = readBody(request, forkExecutionSchema);
        const made = await workflows.fork(actorOf(request, services), idOf(request), {
          ...{ fromStep: from_step, version, document: document as Json | undefined, input: input as Json | undefined },
        });
        const forked = await workflows.execution(projectOf(request, projects), made.id);
        if (document !== undefined) await putTriggers(request, services, versionOf(forked));
        await note(request, services, { execution: forked, action: 'execution.fork' });
        return started(request, reply, { id: made.id, services });
      },
    },
    {
      ...common,
      method: 'POST',
      path: '/api/executions/:id/resume',
      permission: 'develop',
      summary: 'Go on with a failed or cancelled run where it ended, if wanted with a corrected definition',
      body: resumeExecutionSchema,
      query: startQuery,
      reply: z.union([startedExecutionSchema, executionSchema]),
      status: 202,
      async handle(request, reply) {
        const { version, document } = readBody(request, resumeExecutionSchema);
        const resumed = await workflows.resume(actorOf(request, services), idOf(request), {
          ...(version === undefined ? {} : { version }),
          ...(document === undefined ? {} : { document: document as Json }),
        });
        if (document !== undefined) await putTriggers(request, services, versionOf(resumed));
        await note(request, services, { execution: resumed, action: 'execution.resume' });
        return started(request, reply, { id: resumed.id, services });
      },
    },
  ];
}

async function execute(request: WeirRequest, reply: FastifyReply, services: WorkflowRouteServices): Promise<unknown> {
  const { input, version, budget } = readBody(request, executeWorkflowSchema);
  const actor = actorOf(request, services);
  const workflow = await services.workflows.get(actor.projectId, idOf(request));
  const { id } = await services.workflows.execute(actor, {
    ...{ workflowId: workflow.id, version, input: input as Json | undefined, budget, trigger: 'api' },
    dedupeKey: dedupeKeyOf(request),
  });
  return started(request, reply, { id, services });
}

/** A document that came with a fork or a resume is the workflow's newest version now. */
function versionOf({ workflow_id: id, version }: Execution) {
  return { id, version };
}

/** The reply to whatever starts a run: at once, or as it is after `wait`. */
async function started(
  request: WeirRequest,
  reply: FastifyReply,
  of: { id: string; services: WorkflowRouteServices },
): Promise<unknown> {
  const { id } = of;
  const { workflows, projects } = of.services;
  const { wait } = readQuery(request, startQuery);
  const projectId = projectOf(request, projects);
  if (wait === 0) return { id, execution_id: id, status: (await workflows.execution(projectId, id)).status };
  const left = new AbortController();
  reply.raw.once('close', () => left.abort());
  const execution = await workflows.settled(projectId, id, { timeoutMs: wait * SECOND_MS, signal: left.signal });
  const isOver = [...OVER, 'waiting'].includes(execution.status);
  reply.code(isOver ? 200 : 202).header('x-request-id', request.weirId);
  reply.type('application/json').send(JSON.stringify(shownExecution(execution)));
  return undefined;
}

/** The same for the same Idempotency-Key of a key: a run that was started is found again after a crash, too. */
function dedupeKeyOf(request: WeirRequest): string | undefined {
  const given = request.headers['idempotency-key'];
  if (typeof given !== 'string' || given === '') return undefined;
  return `api ${hash('sha256', `${keyOf(request).id} ${given}`, 'hex')}`;
}

function note(
  request: WeirRequest,
  { audit, projects }: WorkflowRouteServices,
  of: { execution: Execution; action: string },
): Promise<void> {
  const { execution, action } = of;
  const detail = { workflow: execution.workflow_id, version: execution.version };
  return audited(audit, request, { projectId: projectOf(request, projects), action, object: execution.id, detail });
}
