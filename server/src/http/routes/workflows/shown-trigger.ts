import type { WorkflowObject } from '@weir/contract';
import type { Trigger } from '../../../features/workflows/flow.ts';
import type { ShownSecret } from '../../../features/workflows/triggers/triggers.ts';
import { isoOrNull } from '../management/instants.ts';

/** A trigger as the API shows it; the secret of a webhook only when it was made just now. */
export function shownTrigger(
  workflowId: string,
  of: { name: string; trigger: Trigger; nextAtMs: number | undefined },
  secrets: readonly ShownSecret[],
): WorkflowObject['triggers'][number] {
  const { name, trigger } = of;
  if (trigger.type === 'cron') {
    const next_at = isoOrNull(of.nextAtMs ?? null);
    return { name, type: 'cron', cron: trigger.cron, time_zone: trigger.timeZone, next_at };
  }
  const secret = secrets.find((one) => one.name === name)?.secret;
  return {
    ...{ name, type: 'webhook', path: webhookPath(workflowId, name) },
    ...(secret === undefined ? {} : { secret }),
  };
}

export function webhookPath(workflowId: string, name: string): string {
  return `/api/workflows/${workflowId}/hooks/${encodeURIComponent(name)}`;
}
