import { Button, Switch } from '@mantine/core';
import type { EvaluationObject, UsageRecordObject } from '@weir/contract';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { useAct } from '../../api/use-act.ts';
import { useRead } from '../../api/use-read.ts';
import { countOf } from '../../parts/count-of.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Figure, Figures } from '../../parts/figure.tsx';
import { formatCount } from '../../parts/format-count.ts';
import { Health } from '../../parts/health.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Section } from '../../parts/section.tsx';
import { When } from '../../parts/when.tsx';
import classes from './guardrails.module.css';
import { KeptText } from './kept-text.tsx';
import { EVALUATIONS, type Judged, judgedIn, useReviews, verdictOn } from './reviews.ts';
import { actionOf, plain, reviewMetric } from './words.ts';

type Finding = UsageRecordObject['findings'][number];

/** One guardrail in one call: what a person can be right or wrong about. */
interface Case {
  readonly record: UsageRecordObject;
  /** The strongest finding of the guardrail. */
  readonly finding: Finding;
  readonly verdict: number | undefined;
}

const VERDICTS = [
  { score: 1, word: 'Right' },
  { score: 0, word: 'False alarm' },
] as const;

/** The newest calls with findings, for a person to say whether the guardrail was right. */
export function Review({ project }: { readonly project: string }) {
  const query = new URLSearchParams({ project_id: project, findings: 'true', limit: '100' });
  const records = useRead<{ data: readonly UsageRecordObject[] }>(`/api/v1/usage/records?${query}`, {
    refreshOn: ['call'],
  });
  const reviews = useReviews(project);
  const mayDevelop = useMay('develop');
  const [isAll, setIsAll] = useState(false);
  return (
    <Section
      title="Was it right?"
      lead={
        mayDevelop
          ? 'Your verdict is a score of the call. Many false alarms: raise the threshold, or only monitor.'
          : 'People with the role developer or more say so; many false alarms ask for a higher threshold.'
      }
      action={
        <Switch label="Reviewed ones too" checked={isAll} onChange={(event) => setIsAll(event.currentTarget.checked)} />
      }
    >
      <JudgedSoFar of={judgedIn(reviews.data?.data ?? [])} />
      <Loaded of={records}>
        {({ data }) => {
          const cases = data.flatMap((record) => casesOf(record, reviews.data?.data ?? []));
          const shown = isAll ? cases : cases.filter(({ verdict }) => verdict === undefined);
          if (shown.length > 0) return <Cases project={project} cases={shown.slice(0, 50)} />;
          return (
            <Empty title={cases.length > 0 ? 'Everything is reviewed.' : 'No call with a finding yet.'}>
              <p>
                {cases.length > 0
                  ? 'New findings come here by themselves.'
                  : 'Calls in which a guardrail finds something come here, the newest first.'}
              </p>
            </Empty>
          );
        }}
      </Loaded>
    </Section>
  );
}

function JudgedSoFar({ of: { right, of } }: { readonly of: Judged }) {
  if (of === 0) return null;
  return (
    <Figures>
      <Figure label="False alarms" value={formatCount(of - right)} note={`of ${countOf(of, 'finding')} reviewed`} />
    </Figures>
  );
}

function Cases({ project, cases }: { readonly project: string; readonly cases: readonly Case[] }) {
  const mayDevelop = useMay('develop');
  const [opened, setOpened] = useState<string>();
  const say = useAct<{ of: Case; score: number }, EvaluationObject>(
    ({ of, score }) => [
      `POST ${EVALUATIONS}`,
      {
        ...{ project_id: project, inference_id: of.record.request_id, evaluator: 'human', score },
        metric: reviewMetric(of.finding.guardrail),
      },
    ],
    { refresh: [EVALUATIONS] },
  );
  const columns: readonly Column<Case>[] = [
    { name: 'When', width: '110px', onPhone: false, value: ({ record }) => <When at={record.timestamp} /> },
    {
      name: 'Found',
      value: ({ finding }) => (
        <>
          {finding.guardrail}
          <span className={classes.onDesk}>: {plain(finding.type)}</span>
        </>
      ),
    },
    { name: 'Score', align: 'right', width: '70px', onPhone: false, value: ({ finding }) => finding.score.toFixed(2) },
    {
      name: 'Done',
      width: '120px',
      onPhone: false,
      value: ({ finding: { action } }) => <Health level={actionOf(action).level}>{actionOf(action).name}</Health>,
    },
    {
      name: 'Model',
      onPhone: false,
      value: ({ record }) => record.model ?? record.model_requested ?? '–',
    },
    {
      name: 'Verdict',
      align: 'right',
      value: (each) =>
        mayDevelop ? (
          <span className={classes.buttons}>
            <Button size="compact-xs" variant="subtle" onClick={() => setOpened(each.record.request_id)}>
              Read
            </Button>
            {VERDICTS.map(({ score, word }) => (
              <Button
                key={score}
                size="compact-xs"
                variant={each.verdict === score ? 'filled' : 'default'}
                aria-pressed={each.verdict === score}
                onClick={() => void say.run({ of: each, score })}
              >
                {word}
              </Button>
            ))}
          </span>
        ) : (
          (VERDICTS.find(({ score }) => score === each.verdict)?.word ?? '–')
        ),
    },
  ];
  return (
    <>
      <Problem of={say.problem} />
      <DataTable
        label="Calls with findings"
        columns={columns}
        rows={cases}
        rowKey={({ record, finding }) => `${record.request_id} ${finding.guardrail}`}
      />
      <KeptText requestId={opened} onClose={() => setOpened(undefined)} />
    </>
  );
}

/** One case per guardrail: a person judges the guardrail, not each of its marks. */
function casesOf(record: UsageRecordObject, reviews: readonly EvaluationObject[]): Case[] {
  const strongest = new Map<string, Finding>();
  for (const finding of record.findings) {
    if (finding.type === 'unscanned') continue;
    const known = strongest.get(finding.guardrail);
    if (known === undefined || known.score < finding.score) strongest.set(finding.guardrail, finding);
  }
  return [...strongest.values()].map((finding) => ({
    record,
    finding,
    verdict: verdictOn(reviews, { call: record.request_id, metric: reviewMetric(finding.guardrail) }),
  }));
}
