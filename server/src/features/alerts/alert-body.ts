import type { Alert } from '../../ports/alerts.ts';

/** The POST's body: `text` is what Slack and its like show; the rest is for programs. */
export function alertBody(id: string, alert: Alert): string {
  return JSON.stringify({
    text: `Weir: ${forSlack(alert.message)}`,
    id,
    kind: alert.kind,
    once_key: alert.onceKey,
    project_id: alert.projectId ?? null,
    timestamp: new Date(alert.atMs).toISOString(),
    details: alert.details,
  });
}

/** Names in a message may be a client's choice; Slack takes these characters for links and for calling everybody. */
function forSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
