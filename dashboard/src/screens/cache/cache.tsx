import type { CacheStats } from '@weir/contract';
import { useMay } from '../../api/session.ts';
import { useAct } from '../../api/use-act.ts';
import { useRead } from '../../api/use-read.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { CopyCode } from '../../parts/copy-code.tsx';
import { countOf } from '../../parts/count-of.ts';
import { Empty } from '../../parts/empty.tsx';
import { Figure, Figures } from '../../parts/figure.tsx';
import { formatCount } from '../../parts/format-count.ts';
import { formatShare } from '../../parts/format-share.ts';
import { formatUsd } from '../../parts/format-usd.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { type Period, PeriodPicker, usePeriod } from '../../parts/period.tsx';
import { Problem } from '../../parts/problem.tsx';
import { ProjectPicker, useProject } from '../../parts/project-picker.tsx';
import { Section } from '../../parts/section.tsx';
import classes from './cache.module.css';
import { CacheSettings } from './cache-settings.tsx';
import { countsOf, type OutcomeReport } from './counts-of.ts';
import { HitsOverTime } from './hits-over-time.tsx';
import { Models } from './models.tsx';
import { Store } from './store.tsx';

const STATS = '/api/v1/cache/stats';

/** What the reply cache saves, and where it does not. */
export function Cache() {
  const project = useProject();
  const period = usePeriod();
  const query = new URLSearchParams({ project_id: project, from: period.from, group_by: `${period.by},cache` });
  const report = useRead<OutcomeReport>(`/api/v1/usage/report?${query}`, { refreshOn: ['call'] });
  const stats = useRead<CacheStats>(`${STATS}?project_id=${encodeURIComponent(project)}`, { refreshOn: ['call'] });
  return (
    <Page
      title="Cache"
      lead="The same question is paid for once."
      action={
        <>
          <ProjectPicker />
          <PeriodPicker />
        </>
      }
    >
      <Loaded of={report}>{(reply) => <Saved report={reply} period={period} />}</Loaded>
      <Models project={project} period={period} />
      <Loaded of={stats}>{(reply) => <Store stats={reply} action={<Purge project={project} />} />}</Loaded>
      <CacheSettings project={project} />
    </Page>
  );
}

function Saved({ report, period }: { readonly report: OutcomeReport; readonly period: Period }) {
  const { groups } = report;
  const { hits, meant, misses } = countsOf(groups);
  const looked = hits + meant + misses;
  if (looked === 0) return <NeverUsed period={period} />;
  return (
    <Section framed title="Hits and misses over time">
      <Figures>
        <Figure label="Saved" value={formatUsd(report.saved_usd)} note={period.name} />
        <Figure
          label="Answered by the cache"
          value={formatShare((hits + meant) / looked)}
          note={`${formatCount(hits + meant)} of ${formatCount(looked)}`}
        />
      </Figures>
      <HitsOverTime groups={groups} period={period} />
    </Section>
  );
}

function NeverUsed({ period }: { readonly period: Period }) {
  return (
    <Empty title={`No call asked the cache in the ${period.name}.`}>
      <p>A call uses it when it says so, or when its key, its route or the settings below do. Try it, twice:</p>
      <CopyCode
        label="a call that uses the cache"
        code={`curl ${location.origin}/v1/chat/completions \\
  -H "Authorization: Bearer $WEIR_KEY" -H "content-type: application/json" \\
  -H "x-weir-cache: use" \\
  -d '{"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "What is a weir?"}]}'`}
      />
    </Empty>
  );
}

function Purge({ project }: { readonly project: string }) {
  const mayOperate = useMay('operate');
  const purge = useAct<void, { purged: number }>(
    () => `DELETE /api/v1/cache?project_id=${encodeURIComponent(project)}`,
    { refresh: [STATS] },
  );
  if (!mayOperate) return null;
  const gone = purge.reply?.purged;
  return (
    <div className={classes.purge}>
      {gone === undefined ? null : <span role="status">{countOf(gone, 'reply is', 'replies are')} gone</span>}
      <ConfirmButton
        label="Empty the cache"
        question="Empty the cache?"
        consequence={`All kept replies of the project ${project} are forgotten; the next calls are paid for again.`}
        onConfirm={() => purge.run()}
      />
      <Problem of={purge.problem} />
    </div>
  );
}
