import type { GuardFindings } from '@weir/contract';
import { useRead } from '../../api/use-read.ts';
import { Empty } from '../../parts/empty.tsx';
import { Figure, Figures } from '../../parts/figure.tsx';
import { formatCount } from '../../parts/format-count.ts';
import { formatShare } from '../../parts/format-share.ts';
import { Link } from '../../parts/link.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { type Period, PeriodPicker, usePeriod } from '../../parts/period.tsx';
import { ProjectPicker, useProject } from '../../parts/project-picker.tsx';
import { Section } from '../../parts/section.tsx';
import { FindingsOverTime } from './findings-over-time.tsx';
import { FoundKinds } from './found-kinds.tsx';
import classes from './guardrails.module.css';
import { Modes } from './modes.tsx';
import { Review } from './review.tsx';
import { TryText } from './try-text.tsx';

/** What guardrails find, why, and whether they are right. */
export function Guardrails() {
  const project = useProject();
  const period = usePeriod();
  const query = new URLSearchParams({ project_id: project, from: period.from, by: period.by });
  const found = useRead<GuardFindings>(`/api/v1/guardrails/findings?${query}`, { refreshOn: ['call'] });
  return (
    <Page
      title="Guardrails"
      lead="What was found in requests and replies, and what was done about it."
      action={
        <>
          <ProjectPicker />
          <PeriodPicker />
        </>
      }
    >
      <div className={classes.top}>
        <Loaded of={found}>{(findings) => <Found findings={findings} period={period} />}</Loaded>
        <TryText />
      </div>
      <Loaded of={found}>
        {(findings) => (findings.calls_found === 0 ? null : <FoundKinds project={project} findings={findings} />)}
      </Loaded>
      <Review project={project} />
      <Modes project={project} />
    </Page>
  );
}

function Found({ findings, period }: { readonly findings: GuardFindings; readonly period: Period }) {
  const { calls, calls_found, calls_blocked, calls_unscanned, complete } = findings;
  if (calls === 0) return <NothingLookedAt period={period} />;
  return (
    <Section framed title="Findings over time">
      <Figures>
        <Figure
          label="Calls with a finding"
          value={formatShare(calls_found / calls)}
          note={`${formatCount(calls_found)} of ${formatCount(calls)}`}
        />
        <Figure label="Blocked" value={formatCount(calls_blocked)} />
        {calls_unscanned === 0 ? null : (
          <Figure label="Not looked through" value={formatCount(calls_unscanned)} note="there was no time" />
        )}
      </Figures>
      <FindingsOverTime findings={findings} period={period} />
      {complete ? null : <p className={classes.note}>Only the newest 10,000 calls with findings are counted.</p>}
    </Section>
  );
}

function NothingLookedAt({ period }: { readonly period: Period }) {
  return (
    <Empty title={`No call was looked at in the ${period.name}.`}>
      <p>
        Guardrails look at calls by themselves. Try a text here first: it shows what they find.{' '}
        <Link href="/keys">Make a key</Link> and call a model, and what is found in the call is here.
      </p>
    </Empty>
  );
}
