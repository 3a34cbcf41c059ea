import type { EvalRunObject } from '@weir/contract';
import { useMay } from '../../api/session.ts';
import { useAct } from '../../api/use-act.ts';
import { useRead } from '../../api/use-read.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Figure, Figures } from '../../parts/figure.tsx';
import { formatDuration } from '../../parts/format-duration.ts';
import { formatShare } from '../../parts/format-share.ts';
import { formatUsd } from '../../parts/format-usd.ts';
import { Health } from '../../parts/health.tsx';
import { Link } from '../../parts/link.tsx';
import { Page } from '../../parts/page.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { When } from '../../parts/when.tsx';
import { Preference } from './preference.tsx';
import { levelOfRun, nameOfRun, RUNS } from './reads.ts';
import { Results } from './results.tsx';

export function OneRun({ id }: { readonly id: string }) {
  const run = useRead<EvalRunObject>(`${RUNS}/${encodeURIComponent(id)}`, { everyMs: 2000 });
  if (run.data !== undefined) return <Shown run={run.data} />;
  return (
    <Page title="Run" lead={<Link href="/evaluations">Evaluations</Link>}>
      {run.problem === undefined ? <Waiting /> : <Problem of={run.problem} again={run.again} />}
    </Page>
  );
}

function Shown({ run }: { readonly run: EvalRunObject }) {
  const mayDevelop = useMay('develop');
  const cancel = useAct<void>(() => [`POST ${RUNS}/${run.id}/cancel`, {}], { refresh: [RUNS] });
  const isRunning = run.status === 'running';
  return (
    <Page
      title={nameOfRun(run)}
      lead={
        <>
          <Link href="/evaluations">Evaluations</Link> ·{' '}
          <Link href={`/evaluations/datasets/${run.dataset}`}>dataset, version {run.dataset_version}</Link>
        </>
      }
      action={
        isRunning && mayDevelop ? (
          <ConfirmButton
            label="Stop the run"
            question="Stop the run?"
            consequence="What it found stays; the rest is not asked."
            onConfirm={() => cancel.run()}
          />
        ) : undefined
      }
    >
      <Problem of={cancel.problem} />
      <Figures>
        <Figure
          label="State"
          value={<Health level={levelOfRun(run.status)}>{run.status}</Health>}
          note={`${run.results} of ${run.planned} results`}
        />
        {Object.entries(run.scores).map(([metric, score]) => (
          <Figure key={metric} label={metric} value={formatShare(score)} />
        ))}
        <Figure label="Cost" value={formatUsd(run.cost_usd + run.judge_cost_usd)} />
      </Figures>
      <Facts
        of={[
          [run.pair === null ? 'Model' : 'Judge', run.model],
          ['Prompt', run.prompt === null ? undefined : `${run.prompt.name}, version ${run.prompt.version}`],
          ['Begun', <When key="begun" at={run.created_at} />],
          ['Failed calls', run.failed_calls === 0 ? undefined : run.failed_calls],
          ['Time per item', run.latency_ms === null ? undefined : formatDuration(run.latency_ms)],
          ['Budget', run.budget_usd === null ? undefined : formatUsd(run.budget_usd)],
          ['Error', run.error],
          ['Mind', run.warnings.join(' ')],
        ]}
      />
      {run.pair === null ? mayDevelop ? <Results run={run} /> : null : <Preference run={run} />}
    </Page>
  );
}
