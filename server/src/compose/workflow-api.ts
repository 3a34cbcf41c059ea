import { workflowDocumentSchema } from '@weir/contract';
import { z } from 'zod';
import { checkDocument } from '../features/workflows/check-document.ts';
import type { FlowKnowledge } from '../features/workflows/definition/check-flow.ts';
import { readDocument } from '../features/workflows/definition/read-document.ts';
import { Triggers } from '../features/workflows/triggers/triggers.ts';
import type { Workflows } from '../features/workflows/workflows.ts';
import type { RouteSpec } from '../http/route.ts';
import { executionRoutes } from '../http/routes/workflows/executions.ts';
import { hookRoutes } from '../http/routes/workflows/hooks.ts';
import { inboxRoutes } from '../http/routes/workflows/inbox.ts';
import { workflowRoutes } from '../http/routes/workflows/workflows.ts';
import { WeirError } from '../kernel/errors.ts';
import type { Json, JsonObject } from '../kernel/json.ts';
import type { Clock } from '../ports/clock.ts';
import { describeBug } from './observing/describe-bug.ts';
import type { Log } from './observing/observability.ts';
import type { Stores } from './stores.ts';

export interface WorkflowApi {
  readonly routes: RouteSpec[];
  /** Cron lines fire from now on. */
  begin(): void;
  stop(): Promise<void>;
}

/** The routes of workflows and of the inbox, and what starts runs by itself. */
export function composeWorkflowApi(of: {
  workflows: Workflows;
  knowledge: (projectId: string) => Promise<FlowKnowledge>;
  stores: Pick<Stores, 'storage' | 'seal' | 'projects' | 'audit'>;
  clock: Clock;
  log: Log;
}): WorkflowApi {
  const { workflows, knowledge, stores, clock, log } = of;
  const triggers = new Triggers({
    ...{ store: stores.storage.workflows.triggers, seal: stores.seal, clock },
    async start({ projectId, keyId, workflowId, trigger, input, dedupeKey }) {
      const { id, isNew } = await workflows.execute({ projectId, keyId }, { workflowId, trigger, input, dedupeKey });
      return isNew ? id : undefined;
    },
    report: ({ workflow_id, name }, error) =>
      log.logger.warn(
        { event: 'trigger_failed', workflow: workflow_id, trigger: name, ...describeBug(error) },
        'a cron line fired and its run could not start',
      ),
  });
  const services = {
    ...{ workflows, triggers, clock, projects: stores.projects, audit: stores.audit },
    check: async (projectId: string, document: Json) => checkDocument(document, await knowledge(projectId)),
    documentSchema: z.toJSONSchema(workflowDocumentSchema, { target: 'draft-2020-12' }) as JsonObject,
    readText,
  };
  return {
    routes: [
      ...workflowRoutes(services),
      ...executionRoutes(services),
      ...hookRoutes(services),
      ...inboxRoutes(services),
    ],
    begin: () => triggers.begin(),
    stop: () => triggers.stop(),
  };
}

/** YAML as JSON; throws `request.invalid` with the place of the mistake. */
function readText(text: string): Json {
  const read = readDocument(text);
  if ('json' in read) return read.json;
  const [first] = read.problems;
  throw new WeirError('request.invalid', {
    message: `The document: ${first?.message} ${first?.fix}`,
    details: { problems: read.problems },
  });
}
