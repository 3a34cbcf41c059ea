import { onTestFinished } from 'vitest';
import { mcpRoutes } from '../../../server/src/http/routes/mcp.ts';
import { WeirError } from '../../../server/src/kernel/errors.ts';
import type { JsonObject } from '../../../server/src/kernel/json.ts';
import { createMcp } from '../../../server/src/mcp/server/mcp-handler.ts';
import type { PublishedPrompts } from '../../../server/src/ports/published-prompts.ts';
import type {
  PublishedRun,
  PublishedWorkflow,
  PublishedWorkflows,
} from '../../../server/src/ports/published-workflows.ts';
import { managementServer } from '../management-server.ts';

/** Workflows in memory: each runs at once as its function says; `runs` has what was asked. */
export function memoryWorkflows(
  all: readonly (PublishedWorkflow & {
    projectId?: string;
    run: (input: JsonObject) => Omit<PublishedRun, 'executionId'>;
  })[],
): PublishedWorkflows & {
  runs: { id: string; input: JsonObject; keyId: string }[];
  finish(id: string, run: Omit<PublishedRun, 'executionId'>): void;
} {
  const runs: { id: string; input: JsonObject; keyId: string }[] = [];
  const states = new Map<string, PublishedRun>();
  return {
    runs,
    finish: (executionId, run) => states.set(executionId, { executionId, ...run }),
    list: async (projectId) => all.filter((one) => (one.projectId ?? 'default') === projectId),
    async run({ id, input, caller }) {
      const executionId = `exec_${runs.push({ id, input, keyId: caller.keyId })}`;
      const found = all.find((one) => one.id === id);
      if (found === undefined) throw new WeirError('resource.not_found');
      const run = { executionId, ...found.run(input) };
      states.set(executionId, run);
      return run;
    },
    async status({ executionId }) {
      const run = states.get(executionId);
      if (run === undefined)
        throw new WeirError('resource.not_found', { message: `There is no run "${executionId}".` });
      return run;
    },
  };
}

/** `/mcp` on a real server; gives its address and the means to make keys. */
export async function weirMcp(workflows: PublishedWorkflows, prompts?: PublishedPrompts) {
  const bugs: unknown[] = [];
  const mcp = createMcp({
    workflows,
    ...(prompts === undefined ? {} : { prompts }),
    version: '1.2.3',
    maxBodyBytes: 1_000_000,
    report: (error) => bugs.push(error),
  });
  const server = await managementServer({ extra: mcpRoutes(mcp) });
  const address = await server.app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => mcp.close());
  return { url: `${address}/mcp`, bugs, key: server.key, project: server.project };
}
