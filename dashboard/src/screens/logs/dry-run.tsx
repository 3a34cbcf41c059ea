import { Button } from '@mantine/core';
import type { DryRunObject } from '@weir/contract';
import { countOf } from '../../parts/count-of.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Figure, Figures } from '../../parts/figure.tsx';
import { formatCount } from '../../parts/format-count.ts';
import { formatShare } from '../../parts/format-share.ts';
import { Health } from '../../parts/health.tsx';
import { Meter } from '../../parts/meter.tsx';
import { Section } from '../../parts/section.tsx';
import { formatBytes } from './format-bytes.ts';

/** What a version would keep of the last lines that were looked at, pattern by pattern, before it may be put in force. */
export function DryRun({
  of,
  version,
  isRunning,
  onActivate,
}: {
  readonly of: DryRunObject | null;
  readonly version: number;
  readonly isRunning: boolean;
  readonly onActivate: () => unknown;
}) {
  return (
    <Section
      title={`Version ${version}, tried`}
      framed
      action={
        <Button loading={isRunning} onClick={() => void onActivate()}>
          Put version {version} in force
        </Button>
      }
    >
      {of === null ? (
        <p>
          No lines were looked at since the server started, so there is nothing to try it on. Find the patterns first.
        </p>
      ) : (
        <>
          <Figures>
            <Figure
              label="It keeps"
              value={formatShare(of.bytes === 0 ? 1 : of.kept_bytes_after / of.bytes)}
              note={`${formatBytes(of.kept_bytes_after)} of ${formatBytes(of.bytes)}`}
            />
            <Figure
              label="Now are kept"
              value={formatBytes(of.kept_bytes_before)}
              note={`of ${countOf(of.lines, 'line')}`}
            />
            <Figure label="Counts are off by" value={formatShare(of.count_error)} note="on average" />
          </Figures>
          {of.problems.map((problem) => (
            <Health key={problem} level="bad">
              {problem}
            </Health>
          ))}
          <DataTable
            label="What is kept of each pattern"
            columns={COLUMNS}
            rows={of.patterns}
            rowKey={({ pattern_id }) => pattern_id}
          />
        </>
      )}
    </Section>
  );
}

const COLUMNS: readonly Column<DryRunObject['patterns'][number]>[] = [
  { name: 'Pattern', value: ({ pattern_id }) => <code>{pattern_id}</code> },
  { name: 'Lines', align: 'right', value: ({ lines }) => formatCount(lines), onPhone: false },
  {
    name: 'Kept then',
    value: ({ lines, kept_after, pattern_id }) => (
      <Meter share={lines === 0 ? 1 : kept_after / lines} label={`Kept of ${pattern_id}`} isGood>
        {countOf(Math.round(kept_after), 'line')}
      </Meter>
    ),
  },
  { name: 'Lost whole', align: 'right', value: ({ loss_chance }) => formatShare(loss_chance) },
];
