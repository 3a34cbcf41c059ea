import { WeirError } from '../../../server/src/kernel/errors.ts';
import type { JsonObject } from '../../../server/src/kernel/json.ts';
import type {
  PublishedRun,
  PublishedWorkflow,
  PublishedWorkflows,
} from '../../../server/src/ports/published-workflows.ts';

type RunState = Pick<PublishedRun, 'status' | 'output' | 'error'>;
const AT = { createdAt: 1_795_000_000_000, updatedAt: 1_795_000_001_000 };

/** Workflows in memory: each runs at once as its function says; `runs` has what was asked. */
export function memoryWorkflows(
  all: readonly (PublishedWorkflow & {
    projectId?: string;
    run: (input: JsonObject) => RunState;
  })[],
): PublishedWorkflows & {
  runs: { id: string; input: JsonObject; keyId: string }[];
  finish(id: string, run: RunState): void;
} {
  const runs: { id: string; input: JsonObject; keyId: string }[] = [];
  const states = new Map<string, PublishedRun>();
  return {
    runs,
    finish: (executionId, run) => states.set(executionId, { executionId, ...AT, ...run }),
    list: async (projectId) => all.filter((one) => (one.projectId ?? 'default') === projectId),
    async run({ id, input, caller }) {
      const executionId = `exec_${runs.push({ id, input, keyId: caller.keyId })}`;
      const found = all.find((one) => one.id === id);
      if (found === undefined) throw new WeirError('resource.not_found');
      const run = { executionId, ...AT, ...found.run(input) };
      states.set(executionId, run);
      return run;
    },
    async status({ executionId }) {
      const run = states.get(executionId);
      if (run === undefined)
        throw new WeirError('resource.not_found', { message: `There is no run "${executionId}".` });
      return run;
    },
    async cancel({ executionId }) {
      const run = { executionId, ...AT, status: 'cancelled', output: null, error: null } as const;
      states.set(executionId, run);
      return run;
    },
    started: async () => ({ runs: [...states.values()].reverse(), nextCursor: undefined }),
  };
}
