import type { LogAnalysisObject } from '@weir/contract';
import { countOf } from '../../parts/count-of.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { formatCount } from '../../parts/format-count.ts';
import { formatShare } from '../../parts/format-share.ts';
import { Health } from '../../parts/health.tsx';
import { Meter } from '../../parts/meter.tsx';
import { formatBytes } from './format-bytes.ts';

type Pattern = LogAnalysisObject['top_patterns'][number];

/** The patterns of some lines, those that fill them first, and what is unusual about them. */
export function Patterns({ of }: { readonly of: LogAnalysisObject }) {
  const most = of.top_patterns[0]?.bytes ?? 1;
  const columns: readonly Column<Pattern>[] = [
    { name: 'Pattern', value: ({ template }) => <code>{template}</code> },
    { name: 'Lines', align: 'right', value: ({ count }) => formatCount(count) },
    {
      name: 'Bytes',
      value: ({ bytes, template }) => (
        <Meter share={(bytes / most) * 0.79} label={`Bytes of ${template}`}>
          {formatBytes(bytes)}
        </Meter>
      ),
      onPhone: false,
    },
    { name: 'Severities', value: ({ severities }) => Object.keys(severities).join(', '), onPhone: false },
  ];
  return (
    <div role="status">
      <p>
        {countOf(of.total_logs, 'line')}, {countOf(of.unique_patterns, 'pattern')}; {formatShare(of.error_rate)} are
        errors.
      </p>
      {of.anomalies.map(({ type, pattern_id, message }) => (
        <p key={`${type} ${pattern_id}`}>
          <Health level="warn">{message}</Health>
        </p>
      ))}
      <DataTable label="Patterns" columns={columns} rows={of.top_patterns} rowKey={({ id }) => id} />
    </div>
  );
}
