import type { Config } from '../../config/schema.ts';
import { boundedFetch } from '../../egress/bounded-fetch.ts';
import { AlertWebhook } from '../../features/alerts/webhook.ts';
import type { Alert, AlertSink } from '../../ports/alerts.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HttpClient } from '../../ports/http-client.ts';
import type { Logger } from '../../telemetry/logger.ts';

export interface AlertOutlet extends AlertSink {
  /** Since the start, by kind and outcome. */
  counts(): { kind: string; outcome: string; count: number }[];
  close(): void;
}

/** Every alert is counted and logged; with a webhook it is sent there too. */
export function alertOutlet(of: { config: Config; clock: Clock; http: HttpClient; logger: Logger }): AlertOutlet {
  const { logger } = of;
  const counts = new Map<string, { kind: string; outcome: string; count: number }>();
  const count = ({ kind }: Alert, outcome: string) => {
    const name = `${kind} ${outcome}`;
    const known = counts.get(name);
    if (known === undefined) counts.set(name, { kind, outcome, count: 1 });
    else known.count++;
  };
  const { webhook: url, secret } = of.config.alerts;
  const webhook =
    url === undefined || secret === undefined
      ? undefined
      : new AlertWebhook({
          url,
          secret,
          clock: of.clock,
          fetch: boundedFetch(of.http),
          delivered: (alert) => count(alert, 'delivered'),
          deadLetter(alert, why) {
            count(alert, why === 'queue_full' ? 'dropped' : 'undelivered');
            logger.error({ event: 'alert_undelivered', reason: why, ...shown(alert) }, alert.message);
          },
        });
  return {
    send(alert) {
      count(alert, 'raised');
      logger.warn({ event: 'alert', ...shown(alert) }, alert.message);
      webhook?.send(alert);
    },
    counts: () => [...counts.values()],
    close: () => webhook?.close(),
  };
}

function shown({ kind, onceKey, projectId, details }: Alert) {
  return { kind, once_key: onceKey, project_id: projectId ?? null, details };
}
