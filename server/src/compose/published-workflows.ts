import type { ExecutionSummary, Workflows } from '../features/workflows/workflows.ts';
import { WeirError } from '../kernel/errors.ts';
import type { Json } from '../kernel/json.ts';
import type { Caller } from '../ports/call.ts';
import type { PublishedRun, PublishedWorkflows } from '../ports/published-workflows.ts';

/** How long the end of a cancelled run is waited for. */
const CANCEL_MS = 10_000;

/** What the MCP server offers of the workflows. */
export function publishedWorkflows(
  workflows: Pick<Workflows, 'published' | 'execute' | 'settled' | 'execution' | 'executions' | 'cancel'>,
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
    async status({ caller, executionId, waitMs, signal }) {
      await assertSeen(caller, executionId);
      return settled(caller, executionId, { waitMs, signal });
    },
    async cancel({ caller, executionId, signal }) {
      await assertSeen(caller, executionId);
      await workflows.cancel(caller.projectId, executionId);
      return settled(caller, executionId, { waitMs: CANCEL_MS, signal });
    },
    async started({ caller, limit, cursor }) {
      const before = cursor === undefined ? {} : { before: cursor };
      const page = await workflows.executions({ projectId: caller.projectId, limit: limit + 1, ...before });
      const shown = page.slice(0, limit);
      const own = shown.filter(({ trigger, key_id }) => trigger === 'mcp' && key_id === caller.keyId);
      return {
        runs: own.map((run) => runOf({ ...run, output: null })),
        nextCursor: page.length > limit ? shown.at(-1)?.id : undefined,
      };
    },
  };

  /** An application's key knows only the runs that it started. */
  async function assertSeen(caller: Caller, id: string): Promise<void> {
    const { key_id } = await workflows.execution(caller.projectId, id);
    if (caller.role !== 'inference' || key_id === caller.keyId) return;
    throw new WeirError('resource.not_found', { message: 'There is no such execution.' });
  }

  async function settled(
    caller: Caller,
    id: string,
    of: { waitMs: number; signal: AbortSignal },
  ): Promise<PublishedRun> {
    return runOf(await workflows.settled(caller.projectId, id, { timeoutMs: of.waitMs, signal: of.signal }));
  }
}

function runOf(run: ExecutionSummary & { readonly output: Json }): PublishedRun {
  const { execution_id, status, output, error, created_at, started_at, ended_at } = run;
  return {
    executionId: execution_id,
    status: status === 'pending' ? 'running' : status,
    output,
    error: error?.message ?? null,
    createdAt: created_at,
    updatedAt: ended_at ?? started_at ?? created_at,
  };
}
