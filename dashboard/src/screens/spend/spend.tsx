import { useRead } from '../../api/use-read.ts';
import { Empty } from '../../parts/empty.tsx';
import { Figure, Figures } from '../../parts/figure.tsx';
import { formatCount } from '../../parts/format-count.ts';
import { formatUsd } from '../../parts/format-usd.ts';
import { Link } from '../../parts/link.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { type Period, PeriodPicker, usePeriod } from '../../parts/period.tsx';
import { ProjectPicker, useProjectScope } from '../../parts/project-picker.tsx';
import { Section } from '../../parts/section.tsx';
import { BudgetsLeft } from './budgets-left.tsx';
import { OverTime } from './over-time.tsx';
import type { SpendReport } from './report.ts';
import { Who } from './who.tsx';

/** What is spent, by whom and on what, and how long the budgets last. */
export function Spend() {
  const scope = useProjectScope();
  const period = usePeriod();
  const query = new URLSearchParams({ ...scope, from: period.from, group_by: `${period.by},model` });
  const report = useRead<SpendReport>(`/api/v1/usage/report?${query}`, { refreshOn: ['call'] });
  return (
    <Page
      title="Spend"
      lead="Who spends how much, and on what."
      action={
        <>
          <ProjectPicker all />
          <PeriodPicker />
        </>
      }
    >
      <Loaded of={report}>
        {(reply) =>
          reply.request_count === 0 ? (
            <Empty title={`Nothing was asked in the ${period.name}.`}>
              <p>
                <Link href="/keys">Make a key</Link> and call a model: each call is here as soon as it is answered.
              </p>
            </Empty>
          ) : (
            <Pictures report={reply} period={period} />
          )
        }
      </Loaded>
      <Who scope={scope} period={period} />
      <BudgetsLeft scope={scope} />
    </Page>
  );
}

function Pictures({ report, period }: { readonly report: SpendReport; readonly period: Period }) {
  const { total_cost, request_count, unpriced_count, saved_usd, groups } = report;
  const each = formatUsd(total_cost / request_count);
  return (
    <>
      <Section framed title="Spend over time">
        <Figures>
          <Figure label="Spent" value={formatUsd(total_cost)} note={period.name} />
          <Figure label="A call, on average" value={each} note={unpricedNote(unpriced_count)} />
          <Figure label="Saved by the cache" value={formatUsd(saved_usd)} />
        </Figures>
        <OverTime {...{ groups, period }} what="Spend" amount={({ total_cost: cost }) => cost} format={formatUsd} />
      </Section>
      <Section title="Use over time" lead={`Calls per ${period.by}, by model.`}>
        <OverTime
          {...{ groups, period }}
          what="Calls"
          amount={({ request_count: calls }) => calls}
          format={formatCount}
        />
      </Section>
    </>
  );
}

function unpricedNote(count: number): string | undefined {
  return count === 0 ? undefined : `${formatCount(count)} without a known price count as nothing`;
}
