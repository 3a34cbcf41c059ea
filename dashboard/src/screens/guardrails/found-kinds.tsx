import type { GuardFindings } from '@weir/contract';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { formatCount } from '../../parts/format-count.ts';
import { formatShare } from '../../parts/format-share.ts';
import { Health } from '../../parts/health.tsx';
import { Section } from '../../parts/section.tsx';
import { judgedIn, useReviews } from './reviews.ts';
import { actionOf, originName, plain, reviewMetric } from './words.ts';

type Kind = Omit<GuardFindings['groups'][number], 'start'>;

/** The reasons: what was found, in what, how often. */
export function FoundKinds({ project, findings }: { readonly project: string; readonly findings: GuardFindings }) {
  const reviews = useReviews(project).data?.data ?? [];
  const columns: readonly Column<Kind>[] = [
    { name: 'Guardrail', value: (kind) => kind.guardrail },
    { name: 'Reason', value: (kind) => plain(kind.type) },
    { name: 'Found in', value: (kind) => originName(kind.origin), onPhone: false },
    {
      name: 'What was done',
      onPhone: false,
      value: ({ action }) => <Health level={actionOf(action).level}>{actionOf(action).name}</Health>,
    },
    { name: 'Calls', align: 'right', value: (kind) => formatCount(kind.calls) },
    {
      name: 'Right, as people say',
      align: 'right',
      onPhone: false,
      value: (kind) => {
        const { right, of } = judgedIn(reviews, reviewMetric(kind.guardrail));
        return of === 0 ? 'not reviewed' : `${formatShare(right / of)} of ${of}`;
      },
    },
  ];
  return (
    <Section title="Reasons">
      <DataTable
        label="Findings by reason"
        columns={columns}
        rows={kindsOf(findings)}
        rowKey={({ guardrail, type, origin, action }) => `${guardrail} ${type} ${origin} ${action}`}
      />
    </Section>
  );
}

/** Over the whole period, the most frequent first. */
function kindsOf({ groups }: GuardFindings): Kind[] {
  const kinds = new Map<string, Kind>();
  for (const { start: _, ...kind } of groups) {
    const key = `${kind.guardrail} ${kind.type} ${kind.origin} ${kind.action}`;
    const known = kinds.get(key) ?? { ...kind, calls: 0, findings: 0 };
    kinds.set(key, { ...known, calls: known.calls + kind.calls, findings: known.findings + kind.findings });
  }
  return [...kinds.values()].sort((left, right) => right.calls - left.calls);
}
