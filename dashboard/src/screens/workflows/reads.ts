import type { ExecutionSummary, WorkflowObject, WorkflowSummary } from '@weir/contract';
import { type Read, useRead } from '../../api/use-read.ts';

export const WORKFLOWS = '/api/workflows';

interface List<Item> {
  readonly data: readonly Item[];
  readonly next_cursor: string | null;
}

export function useWorkflows(): Read<List<WorkflowSummary>> {
  return useRead(`${WORKFLOWS}?limit=1000`, { refreshOn: ['change'] });
}

/** One by its id or name; `version` of the document, the newest unless given. */
export function useWorkflow(id: string, version?: number): Read<WorkflowObject> {
  return useRead(`${WORKFLOWS}/${encodeURIComponent(id)}${version === undefined ? '' : `?version=${version}`}`);
}

export function useRuns(workflowId: string): Read<List<ExecutionSummary>> {
  const path = `${WORKFLOWS}/${encodeURIComponent(workflowId)}/executions?limit=100`;
  return useRead(path, { refreshOn: ['change'], everyMs: 5000 });
}
