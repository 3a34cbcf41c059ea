import type { Alert, AlertSink } from '../../ports/alerts.ts';
import type { InboxStore } from '../../ports/inbox.ts';
import { inboxId } from './inbox-id.ts';

/** Budget alerts as items that somebody dismisses. The same alert makes one item, whoever sends it. */
export function alertItems(inbox: InboxStore, report: (error: unknown) => void): AlertSink {
  return {
    send(alert) {
      if (alert.projectId === undefined) return;
      inbox.put(itemOf(alert, alert.projectId)).catch(report);
    },
  };
}

function itemOf({ kind, onceKey, message, details, atMs }: Alert, projectId: string) {
  return {
    id: inboxId('alert', kind, onceKey),
    project_id: projectId,
    kind: 'alert',
    status: 'open',
    title: message,
    detail: JSON.stringify(details),
    form: null,
    run_id: null,
    path: null,
    created_at: atMs,
    expires_at: null,
    decided_at: null,
    decided_by: null,
    data: null,
  } as const;
}
