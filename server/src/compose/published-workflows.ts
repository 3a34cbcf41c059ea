import type { Execution, Workflows } from '../features/workflows/workflows.ts';
import type { Caller } from '../ports/call.ts';
import type { PublishedRun, PublishedWorkflows } from '../ports/published-workflows.ts';

/** What the MCP server offers of the workflows. */
export function publishedWorkflows(
  workflows: Pick<Workflows, 'published' | 'execute' | 'settled'>,
): PublishedWorkflows {
  return {
    async list(projectId) {
      const all = await workflows.published(projectId);
      return all.map(({ workflow, flow }) => ({
        id: workflow.id,
        name: workflow.name,
        description: workflow.description,
        input: flow.input,
      }));
    },
    async run({ caller, id, input, waitMs, signal }) {
      const by = { projectId: caller.projectId, keyId: caller.keyId };
      const started = await workflows.execute(by, { workflowId: id, input, trigger: 'mcp' });
      return settled(caller, started.id, { waitMs, signal });
    },
    status: ({ caller, executionId, waitMs, signal }) => settled(caller, executionId, { waitMs, signal }),
  };

  async function settled(
    caller: Caller,
    id: string,
    of: { waitMs: number; signal: AbortSignal },
  ): Promise<PublishedRun> {
    return runOf(await workflows.settled(caller.projectId, id, { timeoutMs: of.waitMs, signal: of.signal }));
  }
}

function runOf({ execution_id, status, output, error }: Execution): PublishedRun {
  return {
    executionId: execution_id,
    status: status === 'pending' ? 'running' : status,
    output,
    error: error?.message ?? null,
  };
}
