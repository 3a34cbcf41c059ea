import { hash } from 'node:crypto';
import type { PublishedWorkflow } from '../../ports/published-workflows.ts';

const MAX_NAME = 64;

/** A name that every client takes for each workflow: letters, digits, `_` and `-`. It stays while the workflow is called so. */
export function toolNames(workflows: readonly PublishedWorkflow[]): Map<string, PublishedWorkflow> {
  const names = new Map<string, PublishedWorkflow>();
  for (const workflow of workflows) {
    const plain = workflow.name.replace(/[^A-Za-z0-9_-]+/g, '_').slice(0, MAX_NAME);
    const isPlain = plain === workflow.name && plain !== '' && plain !== STATUS_TOOL;
    names.set(
      isPlain ? plain : `${plain.slice(0, MAX_NAME - 9)}_${hash('sha256', workflow.id, 'hex').slice(0, 8)}`,
      workflow,
    );
  }
  return names;
}

/** Tells how a run is that was not over when its tool answered. */
export const STATUS_TOOL = 'weir_execution';
