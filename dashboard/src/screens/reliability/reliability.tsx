import { useMay } from '../../api/session.ts';
import { useRead } from '../../api/use-read.ts';
import { Empty } from '../../parts/empty.tsx';
import { Figure, Figures } from '../../parts/figure.tsx';
import { formatCount } from '../../parts/format-count.ts';
import { formatShare } from '../../parts/format-share.ts';
import { Link } from '../../parts/link.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { PeriodPicker, usePeriod } from '../../parts/period.tsx';
import { ProjectPicker, useProjectScope } from '../../parts/project-picker.tsx';
import { Section } from '../../parts/section.tsx';
import { Attempts } from './attempts.tsx';
import { Grid } from './grid.tsx';
import { ProvidersNow } from './providers-now.tsx';
import type { ProviderReport } from './report.ts';
import { TargetsNow } from './targets-now.tsx';

/** Which provider fails, since when, and how much of it users saw. */
export function Reliability() {
  const scope = useProjectScope();
  const period = usePeriod();
  const query = new URLSearchParams({ ...scope, from: period.from, group_by: `${period.by},provider` });
  const report = useRead<ProviderReport>(`/api/v1/usage/report?${query}`, { refreshOn: ['call'] });
  return (
    <Page
      title="Reliability"
      lead="Which provider fails, and whether users saw it."
      action={
        <>
          <ProjectPicker all />
          <PeriodPicker />
        </>
      }
    >
      <Loaded of={report}>
        {({ request_count, success_rate, groups }) =>
          request_count === 0 ? (
            <Empty title={`Nothing was asked in the ${period.name}.`}>
              <p>
                <Link href="/keys">Make a key</Link> and call a model: how it went is here as soon as it is answered.
              </p>
            </Empty>
          ) : (
            <Section framed title="Providers over time">
              <Figures>
                <Figure
                  label="Calls that succeeded"
                  value={formatShare(success_rate)}
                  note={`of ${formatCount(request_count)} in the ${period.name}`}
                />
              </Figures>
              <Grid groups={groups} period={period} />
            </Section>
          )
        }
      </Loaded>
      <ProvidersNow />
      {useMay('admin') ? <TargetsNow /> : null}
      <Attempts scope={scope} />
    </Page>
  );
}
