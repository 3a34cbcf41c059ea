import { METRICS } from '../../server/src/telemetry/metric-table.ts';
import { code, markdownTable, page } from './markdown.ts';

export function metricsPage(): string {
  const rows = Object.entries(METRICS).map(([name, { type, labels, help }]) => [
    code(name),
    type,
    labels.map(code).join(', ') || '-',
    help,
  ]);
  return page('Metrics', [
    'What `GET /metrics` shows, in the format of Prometheus.',
    markdownTable(['metric', 'type', 'labels', 'meaning'], rows),
  ]);
}
