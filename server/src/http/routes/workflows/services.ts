import type { WorkflowCheck } from '@weir/contract';
import { z } from 'zod';
import type { AuditLog } from '../../../features/audit/audit-log.ts';
import type { Triggers } from '../../../features/workflows/triggers/triggers.ts';
import type { Actor, Workflows } from '../../../features/workflows/workflows.ts';
import type { Json, JsonObject } from '../../../kernel/json.ts';
import type { Clock } from '../../../ports/clock.ts';
import { attributionOf } from '../../attribution.ts';
import { keyOf, type WeirRequest } from '../../route.ts';
import { type KnownProjects, projectOf } from '../management/project-scope.ts';

export interface WorkflowRouteServices {
  readonly workflows: Workflows;
  readonly triggers: Pick<Triggers, 'replace' | 'all' | 'rotate' | 'deliver'>;
  /** What storing this document would say, without storing it. */
  readonly check: (projectId: string, document: Json) => Promise<WorkflowCheck>;
  /** A document in YAML as JSON. Throws `request.invalid`. */
  readonly readText: (text: string) => Json;
  /** JSON Schema of documents. */
  readonly documentSchema: JsonObject;
  readonly projects: KnownProjects;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly clock: Clock;
}

/** The name in which runs act that this request starts. */
export function actorOf(request: WeirRequest, of: Pick<WorkflowRouteServices, 'projects'>): Actor {
  const { userId } = attributionOf(request.headers, undefined);
  return { projectId: projectOf(request, of.projects), keyId: keyOf(request).id, userId };
}

/** Query of every route about workflows, runs and the inbox. */
export const scopeQuery = z.object({
  project_id: z.string().min(1).optional().describe("For admins; default `default`. Other keys: their own project's"),
});
