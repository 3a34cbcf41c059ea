import { WeirError } from '../../kernel/errors.ts';
import type { WorkflowStore } from '../../ports/workflow-store.ts';
import { readFlow } from './definition/read-flow.ts';
import type { FlowSource } from './engine/context.ts';
import type { Flow } from './flow.ts';

const MAX_KEPT = 500;

/** Flows of stored versions; a version never changes, so what was read once stays right. */
export function flowCache(store: WorkflowStore): FlowSource {
  const known = new Map<string, Flow>();
  return {
    async of(workflowId, version) {
      const key = `${workflowId} ${version}`;
      const kept = known.get(key);
      if (kept !== undefined) return kept;
      const row = await store.definitions.version(workflowId, version);
      if (row === undefined)
        throw new WeirError('resource.not_found', { message: `There is no version ${version} of the workflow.` });
      const read = readFlow(JSON.parse(row.document));
      if ('problems' in read) {
        const [first] = read.problems;
        throw new WeirError('request.invalid', {
          message: `Version ${version} of the workflow cannot be read by this Weir: ${first?.pointer} ${first?.message}`,
        });
      }
      if (known.size >= MAX_KEPT) known.clear();
      known.set(key, read.flow);
      return read.flow;
    },
    async find(projectId, name) {
      const { named, get } = store.definitions;
      const row = (await named(projectId, name)) ?? (await get(projectId, name));
      return row === undefined ? undefined : { id: row.id, version: row.latest_version };
    },
  };
}
