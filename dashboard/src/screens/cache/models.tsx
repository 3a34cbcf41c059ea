import { useRead } from '../../api/use-read.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { formatCount } from '../../parts/format-count.ts';
import { formatShare } from '../../parts/format-share.ts';
import { formatUsd } from '../../parts/format-usd.ts';
import type { Period } from '../../parts/period.tsx';
import { Section } from '../../parts/section.tsx';
import { type Counts, countsOf, type OutcomeGroup, type OutcomeReport } from './counts-of.ts';

interface ModelRow extends Counts {
  readonly model: string;
  readonly looked: number;
  readonly savedUsd: number;
}

/** Where the cache helps and where it does not. */
export function Models({ project, period }: { readonly project: string; readonly period: Period }) {
  const query = new URLSearchParams({ project_id: project, from: period.from, group_by: 'model,cache' });
  const report = useRead<OutcomeReport>(`/api/v1/usage/report?${query}`, { refreshOn: ['call'] });
  const rows = rowsOf(report.data?.groups ?? []);
  if (rows.length === 0) return null;
  const columns: readonly Column<ModelRow>[] = [
    { name: 'Model', value: ({ model }) => model },
    { name: 'Hits', align: 'right', value: ({ hits, meant }) => formatCount(hits + meant) },
    { name: 'Misses', align: 'right', onPhone: false, value: ({ misses }) => formatCount(misses) },
    { name: 'Hit rate', align: 'right', value: ({ hits, meant, looked }) => formatShare((hits + meant) / looked) },
    { name: 'Saved', align: 'right', value: ({ savedUsd }) => formatUsd(savedUsd) },
  ];
  return (
    <Section title="By model">
      <DataTable label="What the cache did, by model" columns={columns} rows={rows} rowKey={({ model }) => model} />
    </Section>
  );
}

function rowsOf(groups: readonly OutcomeGroup[]): ModelRow[] {
  return [...Map.groupBy(groups, ({ model }) => model ?? 'unknown')]
    .map(([model, own]) => {
      const counts = countsOf(own);
      return {
        ...{ model, ...counts, looked: counts.hits + counts.meant + counts.misses },
        savedUsd: own.reduce((sum, { saved_usd }) => sum + saved_usd, 0),
      };
    })
    .filter(({ looked }) => looked > 0)
    .sort((left, right) => right.savedUsd - left.savedUsd || right.looked - left.looked);
}
